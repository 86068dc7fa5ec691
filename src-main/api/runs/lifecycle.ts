import { rm } from 'node:fs/promises'
import { UserError } from '../../../src-shared/errors.ts'
import type { RunRecord } from '../../../src-shared/run-record.ts'
import type { ApiContext, Handlers } from '../context.ts'
import { folderBytes } from '../folder-bytes.ts'

/** Archiving, deleting and what undoes it; stopping and going on. */
export function runLifecycleHandlers({
  core,
  events,
  worker,
}: ApiContext): Handlers<
  | 'runs.archive'
  | 'runs.delete'
  | 'runs.restore'
  | 'runs.purge'
  | 'runs.stop'
  | 'runs.resume'
  | 'runs.restartFromCheckpoint'
> {
  const { db, runs, jobs } = core.store
  const setArchived = db.prepare('UPDATE runs SET archived_at = ? WHERE id = ?')
  const inOne = (ids: string[], change: (run: RunRecord) => void) =>
    db.transaction(() => ids.map((id) => runs.get(id)).forEach(change)).immediate()

  async function queueAgain(id: string, step?: number) {
    const job = await core.queue.addResumed(runs.get(id), step)
    events.emit('run.truncated', { runId: id, step: job.resumeStep ?? -1 })
    events.emit('run.changed', { ids: [id], what: 'status' })
    worker.announce()
    worker.kick()
    return { resumeStep: job.resumeStep, removedPoints: job.removedPoints ?? 0 }
  }

  return {
    'runs.archive'({ ids, archived }) {
      const time = archived ? Date.now() : null
      inOne(ids, ({ id }) => setArchived.run(time, id))
      events.emit('run.changed', { ids, what: 'archived' })
      return {}
    },
    'runs.delete'({ ids }) {
      inOne(ids, (run) => {
        refuseActive(run)
        runs.setDeleted(run.id, true)
      })
      events.emit('run.changed', { ids, what: 'deleted' })
      return {}
    },
    'runs.restore'({ ids }) {
      inOne(ids, ({ id }) => runs.setDeleted(id, false))
      events.emit('run.changed', { ids, what: 'restored' })
      return {}
    },
    async 'runs.purge'({ ids }) {
      const doomed = ids.map((id) => runs.get(id))
      for (const run of doomed) {
        refuseActive(run)
        if (run.deletedAt === null) {
          throw new UserError(`run ${run.id} (${run.name}) is not among the deleted ones`, {
            fix: 'Delete it first.',
          })
        }
      }
      let freedBytes = 0
      for (const { id } of doomed) {
        freedBytes += await folderBytes(core.runDir(id))
        runs.purge(id)
        await rm(core.runDir(id), { recursive: true, force: true })
      }
      events.emit('run.changed', { ids, what: 'purged' })
      return { freedBytes }
    },
    'runs.stop'({ id, kill }) {
      const run = runs.get(id)
      if (core.queue.running().some(({ runId }) => runId === id)) {
        core.queue.stopRun(id, kill ? 'kill' : 'checkpoint')
        return {}
      }
      const owner = jobs.ofRun(id).at(-1)?.trainerPid
      throw new UserError(`run ${id} (${run.name}) is ${run.status}, not trained by this Virtlab`, {
        ...(run.status === 'running' && owner ? { where: `process ${owner}` } : {}),
        fix:
          run.status === 'queued' ? 'Take it out of the queue.' : 'Stop it where it was started.',
      })
    },
    'runs.resume': ({ id }) => queueAgain(id),
    'runs.restartFromCheckpoint': ({ id, step }) => queueAgain(id, step),
  }
}

function refuseActive({ id, name, status }: RunRecord): void {
  if (status !== 'running' && status !== 'queued') return
  throw new UserError(`run ${id} (${name}) is ${status}`, {
    fix: status === 'running' ? 'Stop it first.' : 'Take it out of the queue first.',
  })
}
