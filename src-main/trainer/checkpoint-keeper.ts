import type { StartMessage } from '../../src-shared/protocol.ts'
import {
  checkpointPath,
  listCheckpoints,
  retireCheckpoint,
  writeCheckpoint,
  type TrainingProgress,
} from './checkpoint.ts'
import type { Optimizer } from './optimizer.ts'
import type { Outbox } from './outbox.ts'
import type { PreparedRun } from './prepare.ts'

export interface CheckpointKeeper {
  /** Writes the current step's checkpoint and makes it `last`, and `best` where it is the best so far. */
  save(isBest: boolean): Promise<void>
}

/**
 * Keeps the newest checkpoints of a run with the optimizer's state, to go on from (`training.keepCheckpoints`),
 * and of every one of them what was then the best on dev, weights only: a run that goes back to it has its
 * best still. Order matters for a crash at any moment: points first, then the folder, then its record; an
 * older folder goes only when the newer one's record is on disk.
 */
export function createCheckpointKeeper(
  start: StartMessage,
  run: PreparedRun,
  optimizer: Optimizer,
  outbox: Outbox,
  progress: TrainingProgress,
): CheckpointKeeper {
  let last = start.resumeDir ? checkpointPath(progress.step) : undefined

  /** What the steps up to this one need; of later ones (the run went back) nothing. */
  async function retireOld(): Promise<void> {
    const all = await listCheckpoints(start.runDir)
    const resumable = all
      .filter(({ path, progress: of }) => of && path <= checkpointPath(progress.step))
      .slice(-start.config.training.keepCheckpoints)
    const withState = new Set(resumable.map(({ path }) => path))
    const weights = new Set(
      resumable.flatMap(({ progress: of }) => (of?.best ? [checkpointPath(of.best.step)] : [])),
    )
    for (const { path } of all) {
      if (!withState.has(path)) await retireCheckpoint(start.runDir, path, weights.has(path))
    }
  }

  return {
    async save(isBest) {
      const path = checkpointPath(progress.step)
      if (path === last && !isBest) return
      await outbox.drained()
      const record = await writeCheckpoint(start.runDir, run.model, run.info, optimizer, progress)
      outbox.checkpoint({ ...record, kind: 'last', metric: null })
      if (isBest) {
        outbox.checkpoint({ ...record, kind: 'best', metric: progress.best?.value ?? null })
      }
      await outbox.drained()
      last = path
      if (!outbox.abandoned) await retireOld()
    },
  }
}
