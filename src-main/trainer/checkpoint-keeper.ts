import type { StartMessage } from '../../src-shared/protocol.ts'
import {
  checkpointPath,
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
 * Keeps two checkpoints of a run, the last (with the optimizer's state, to go on from) and the best on
 * dev (weights only once it is no longer the last). Order matters for a crash at any moment: points first,
 * then the folder, then its record; an older folder goes only when the newer one's record is on disk.
 */
export function createCheckpointKeeper(
  start: StartMessage,
  run: PreparedRun,
  optimizer: Optimizer,
  outbox: Outbox,
  progress: TrainingProgress,
): CheckpointKeeper {
  let last = start.resumeDir ? checkpointPath(progress.step) : undefined
  let best = progress.best ? checkpointPath(progress.best.step) : undefined

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
      const before = new Set([last, best].filter((old) => old !== undefined && old !== path))
      last = path
      if (isBest) best = path
      if (outbox.abandoned) return
      for (const old of before) await retireCheckpoint(start.runDir, old!, old === best)
    },
  }
}
