import { join } from 'node:path'
import { existsSync, statSync } from 'node:fs'
import { backendNames, type BackendName } from '../../src-shared/config/run.ts'
import type { BackendState, InstallProgress } from '../../src-shared/contract/doctor.ts'
import type { CallOutput } from '../../src-shared/contract/index.ts'
import { UserError } from '../../src-shared/errors.ts'
import { describeMachine, type MachineFacts } from '../cli/machine.ts'
import { probeBackend } from '../trainer/backends/probe/index.ts'
import { installTensorflow } from '../trainer/backends/tensorflow/install/index.ts'
import type { ApiContext, Handlers } from './context.ts'
import { folderBytes } from './folder-bytes.ts'

const installable = new Set<BackendName>(['tensorflow'])
/** Below this a training's checkpoints may not fit. */
const littleDiskBytes = 2 * 2 ** 30

export function doctorHandlers({
  core,
  events,
}: ApiContext): Handlers<'doctor.probe' | 'backend.install'> {
  const { folder } = core
  let installing = false

  async function install(name: BackendName, cuda: boolean | undefined): Promise<void> {
    const tell = (progress: Omit<InstallProgress, 'name'>) =>
      events.emit('backend.install', { name, ...progress })
    try {
      const { smokeTest } = await installTensorflow({
        backendsDir: folder.backends,
        cuda,
        report: (line) =>
          tell({ state: 'running', text: line.trim(), fraction: fractionOf(line), fix: null }),
      })
      const text = `${smokeTest.device}, ${smokeTest.gflops.toFixed(0)} GFLOP/s`
      tell({ state: 'done', text, fraction: 1, fix: null })
    } catch (error) {
      const fix = error instanceof UserError ? (error.fix ?? null) : null
      const text = error instanceof Error ? error.message : String(error)
      tell({ state: 'failed', text, fraction: null, fix })
    } finally {
      installing = false
    }
  }

  return {
    async 'doctor.probe'() {
      const machine = await describeMachine(folder.root)
      const backends: BackendState[] = []
      // One after another, so that each is measured on an otherwise idle machine.
      for (const name of backendNames) {
        const probe = await probeBackend(name, folder.backends)
        backends.push({
          name,
          usable: probe.usable,
          device: probe.device ?? null,
          reason: probe.reason ?? null,
          fix: probe.fix ?? null,
          gigaflops: probe.gflops ?? null,
          installable: installable.has(name),
          outdated: probe.outdated,
        })
      }
      const wal = join(`${folder.database}-wal`)
      return {
        backends,
        machine: {
          cpu: machine.cpu,
          cores: machine.cores,
          memoryBytes: machine.memoryBytes,
          freeMemoryBytes: machine.memoryFreeBytes,
          gpus: machine.gpus.map(({ name, memoryBytes }) => ({ name, memoryBytes })),
          os: machine.platform,
        },
        dataFolder: {
          path: folder.root,
          databaseBytes:
            (machine.data.databaseBytes ?? 0) + (existsSync(wal) ? statSync(wal).size : 0),
          runsBytes: await folderBytes(folder.runs),
          freeBytes: machine.data.freeBytes ?? null,
        },
        checks: checksOf(machine, backends),
      }
    },
    'backend.install'({ name, cuda }) {
      if (!installable.has(name)) {
        throw new UserError(`${name} comes with Virtlab and is not installed`, {
          fix: 'Only tensorflow is installed.',
        })
      }
      if (installing) return { started: false }
      installing = true
      void install(name, cuda)
      return { started: true }
    },
  }
}

/** Lines of the installer begin `[2/6] …`. */
function fractionOf(line: string): number | null {
  const [, step, of] = /(\d+)\/(\d+)/.exec(line) ?? []
  return step === undefined || of === undefined ? null : (Number(step) - 1) / Number(of)
}

function checksOf(
  { data, gpus, gpuProblem, node, sqlite }: MachineFacts,
  backends: BackendState[],
): CallOutput<'doctor.probe'>['checks'] {
  const best = backends.find(({ usable }) => usable)
  const free = data.freeBytes
  return [
    {
      id: 'backend',
      ok: best !== undefined,
      detail: best ? `${best.name}: ${best.device}` : 'no backend is usable',
      fix: best ? null : 'Mend one of the backends below.',
    },
    {
      id: 'data_folder',
      ok: data.writable,
      detail: data.writable ? data.path : (data.problem ?? 'not writable'),
      fix: data.writable
        ? null
        : 'Give yourself the right to write there, or choose another --data-dir.',
    },
    {
      id: 'disk',
      ok: free === undefined || free > littleDiskBytes,
      detail: free === undefined ? 'unknown' : `${(free / 2 ** 30).toFixed(1)} GiB free`,
      fix:
        free !== undefined && free <= littleDiskBytes
          ? 'Free some space: checkpoints need it.'
          : null,
    },
    {
      id: 'gpu',
      ok: gpus.length > 0,
      detail: gpus.map(({ name }) => name).join(', ') || (gpuProblem ?? 'none'),
      fix: null,
    },
    { id: 'versions', ok: true, detail: `Node ${node}, SQLite ${sqlite}`, fix: null },
  ]
}
