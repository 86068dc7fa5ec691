import { join } from 'node:path'
import type { Command } from 'commander'
import { backendNames } from '../../../src-shared/config/run.ts'
import { dataFolderRoot } from '../../data-folder.ts'
import { appVersion } from '../../provenance.ts'
import type { BackendProbe } from '../../trainer/backends/backend.ts'
import { probeBackend } from '../../trainer/backends/probe/index.ts'
import { formatBytes } from '../format.ts'
import { describeMachine, type MachineFacts } from '../machine.ts'

/** `virtlab doctor` */
export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('Say what works here: backends with their speed, GPU, disk, Node, SQLite.')
    .option('--json', 'as one JSON object')
    .action(async (options: { json?: boolean }, command: Command) => {
      const root = dataFolderRoot(command.optsWithGlobals<{ dataDir?: string }>().dataDir)
      const machine = await describeMachine(root)
      if (!options.json) console.log(`${describe(machine)}\n\nBackends, best first`)

      const backends: BackendProbe[] = []
      for (const name of backendNames) {
        const probe = await probeBackend(name, join(root, 'backends'))
        backends.push(probe)
        if (!options.json) console.log(describeProbe(probe))
      }
      const best = backends.find(({ usable }) => usable)
      if (options.json) {
        const report = { virtlab: appVersion(), ...machine, auto: best?.name ?? null, backends }
        console.log(JSON.stringify(report, null, 2))
      } else {
        console.log(
          `\n${best ? `Runs use ${best.name} unless they name another one (--backend).` : 'No backend is usable: nothing can be trained here.'}`,
        )
      }
      process.exitCode = best ? 0 : 1
    })
}

function describe(machine: MachineFacts): string {
  const { data } = machine
  const gpus = machine.gpus.map(
    ({ name, driver, memoryBytes, memoryUsedBytes }) =>
      `${name}, ${formatBytes(memoryBytes)} memory (${formatBytes(memoryUsedBytes)} in use), driver ${driver}`,
  )
  const rows: [string, string][] = [
    ['Virtlab', `${appVersion()}, Node ${machine.node}, SQLite ${machine.sqlite}`],
    ['System', machine.platform],
    ['Processor', `${machine.cpu}, ${machine.cores} cores`],
    ['Memory', `${formatBytes(machine.memoryBytes)}, ${formatBytes(machine.memoryFreeBytes)} free`],
    ...(gpus.length > 0 ? gpus : [`none: ${machine.gpuProblem}`]).map((text): [string, string] => [
      'GPU',
      text,
    ]),
    [
      'Data folder',
      `${data.path} (${data.writable ? 'writable' : `not writable: ${data.problem}`})`,
    ],
    ['Disk', data.freeBytes === undefined ? 'unknown' : `${formatBytes(data.freeBytes)} free`],
    ['Database', data.databaseBytes === undefined ? 'none yet' : formatBytes(data.databaseBytes)],
  ]
  return rows.map(([name, text]) => `${name.padEnd(12)} ${text}`).join('\n')
}

/** One backend on one line, or on two where something is to be done about it. */
export function describeProbe({
  name,
  usable,
  device,
  gflops,
  reason,
  fix,
  outdated,
}: BackendProbe): string {
  const head = `  ${name.padEnd(12)}`
  const indent = ' '.repeat(head.length)
  if (usable) {
    const line = `${head}usable      ${formatSpeed(gflops)}  ${device}`
    const advice = `an earlier Virtlab installed it; with this one's compiled operations it trains faster: virtlab backend install ${name}`
    return outdated ? `${line}\n${indent}→ ${advice}` : line
  }
  return `${head}not usable  ${reason}\n${indent}→ ${fix}`
}

function formatSpeed(gflops: number | undefined): string {
  const text = gflops === undefined ? '?' : gflops >= 10 ? gflops.toFixed(0) : gflops.toPrecision(2)
  return `${text.padStart(6)} GFLOP/s`
}
