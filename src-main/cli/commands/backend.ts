import { join } from 'node:path'
import type { Command } from 'commander'
import { backendNames } from '../../../src-shared/config/run.ts'
import { UserError } from '../../../src-shared/errors.ts'
import { dataFolderRoot } from '../../data-folder.ts'
import { probeBackend } from '../../trainer/backends/probe/index.ts'
import {
  installTensorflow,
  removeTensorflow,
} from '../../trainer/backends/tensorflow/install/index.ts'
import { formatDuration } from '../format.ts'
import { describeProbe } from './doctor.ts'

interface InstallFlags {
  cuda?: boolean
  python?: string
  wheel?: string
}

/** `virtlab backend list | install | remove` */
export function addBackend(program: Command): void {
  const backend = program
    .command('backend')
    .description('List the backends that can train, install or remove TensorFlow’s.')

  backend
    .command('list')
    .description('Every backend: whether it is usable, how fast, and what to do if it is not.')
    .action(async (_options: object, command: Command) => {
      for (const name of backendNames) {
        console.log(describeProbe(await probeBackend(name, backendsFolder(command))))
      }
    })

  backend
    .command('install')
    .description(
      'Build the tensorflow backend in the data folder: some 300 MB of download, 1 GB of disk.',
    )
    .argument('<name>', 'tensorflow')
    .option('--cuda', 'for an NVIDIA GPU: TensorFlow with CUDA, 3.3 GB of download, 6 GB of disk')
    .option('--python <path>', 'use the TensorFlow that this Python interpreter has')
    .option(
      '--wheel <folder>',
      'use a wheel at hand: a folder with tensorflow*.whl, or an unpacked one',
    )
    .action(async (name: string, flags: InstallFlags, command: Command) => {
      checkName(name, 'installed')
      const manifest = await installTensorflow({
        ...flags,
        backendsDir: backendsFolder(command),
        report: (line) => console.log(line),
      })
      const { smokeTest, seconds } = manifest
      console.log(
        `Installed in ${formatDuration(seconds)}: ${smokeTest.device}, ${smokeTest.gflops.toFixed(0)} GFLOP/s. Runs use it from now on.`,
      )
      if (flags.cuda && !/GPU/.test(smokeTest.device)) {
        console.error(
          'virtlab: TensorFlow sees no GPU here and computes on the CPU; virtlab doctor says more',
        )
      }
    })

  backend
    .command('remove')
    .description('Delete what `install` built.')
    .argument('<name>', 'tensorflow')
    .action(async (name: string, _flags: object, command: Command) => {
      checkName(name, 'removed')
      const removed = await removeTensorflow(backendsFolder(command))
      console.log(removed ? 'Removed tensorflow.' : 'tensorflow was not installed.')
    })
}

function backendsFolder(command: Command): string {
  const { dataDir } = command.optsWithGlobals<{ dataDir?: string }>()
  return join(dataFolderRoot(dataDir), 'backends')
}

function checkName(name: string, what: string): void {
  if (name === 'tensorflow') return
  const known = (backendNames as readonly string[]).includes(name)
  throw new UserError(
    known ? `${name} comes with Virtlab and is not ${what}` : `there is no backend “${name}”`,
    { fix: 'only tensorflow is installed and removed; virtlab backend list shows them all' },
  )
}
