import type { RunRecord } from '../../src-shared/run-record.ts'
import type { Core } from '../core.ts'
import { formatMs } from './format.ts'
import { createProgressLine } from './progress-line.ts'

/**
 * Works off the queue with a live line on stderr. Ctrl+C once: the running trainer writes a checkpoint
 * and stops, the rest is not started; twice: the trainer is killed.
 *
 * @returns the runs as they ended, and whether it was interrupted
 */
export async function workQueue(core: Core): Promise<{ runs: RunRecord[]; interrupted: boolean }> {
  const line = createProgressLine(process.stderr)
  const runs: RunRecord[] = []
  let label = ''
  let interruptedAt: number | undefined
  const interrupt = () => {
    // One Ctrl+C comes several times: from the terminal to the whole group, and forwarded by npm and bin/.
    if (interruptedAt !== undefined && Date.now() - interruptedAt < doubleSignalMs) return
    const again = interruptedAt !== undefined
    interruptedAt = Date.now()
    if (again) {
      line.print('killing the trainer; what it had reported is stored')
      core.queue.kill()
    } else {
      line.print('stopping after this step and writing a checkpoint (Ctrl+C again: kill)')
      core.queue.stop()
    }
  }
  for (const signal of stopSignals) process.on(signal, interrupt)
  try {
    await core.queue.work({
      started(run, position, length, job) {
        label = `[${position}/${length}] ${run.name} seed ${run.seed}`
        const from = job.resumeStep === null ? '' : `, from step ${job.resumeStep}`
        line.print(`${label}: ${run.config?.model.type}, run ${run.id}${from}`)
      },
      progress: (_run, message) => line.show(label, message),
      ended(run) {
        runs.push(run)
        line.print(describeEnd(core, run))
      },
    })
  } finally {
    line.clear()
    for (const signal of stopSignals) process.off(signal, interrupt)
  }
  return { runs, interrupted: interruptedAt !== undefined }
}

const stopSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
const doubleSignalMs = 500

function describeEnd(core: Core, run: RunRecord): string {
  const { name, seed, id, status, error, startedAt } = run
  // What never began needs no more than a line.
  if (startedAt === null && status === 'stopped') {
    return `      ${name} seed ${seed} (${id}) not started`
  }
  const worked = core.store.jobs.workedMs(id)
  const after = worked === undefined ? '' : ` after ${formatMs(worked)}`
  const lines = [`      ${name} seed ${seed} (${id}) ${status}${after}`]
  if (error) {
    const { message, where, fix } = error
    lines.push(`      ${where === null ? '' : `${where}: `}${message}`)
    if (fix !== null) lines.push(`      → ${fix}`)
  }
  return lines.join('\n')
}

/**
 * 0 when all is done; 130 when interrupted; 2 when every failure is one the user can mend, 1 otherwise.
 * A defect always carries its stack.
 */
export function exitCodeOf(runs: RunRecord[], interrupted: boolean): number {
  const bad = runs.filter(({ status }) => status === 'failed' || status === 'crashed')
  if (bad.length > 0) {
    return bad.every(({ status, error }) => status === 'failed' && error?.stack === null) ? 2 : 1
  }
  return interrupted ? 130 : 0
}
