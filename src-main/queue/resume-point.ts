import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { deserialize } from 'node:v8'
import { z } from 'zod'
import { UserError } from '../../src-shared/errors.ts'
import { trainerBatch, unsentFile } from '../../src-shared/protocol.ts'
import type { RunRecord } from '../../src-shared/run-record.ts'
import { sha256OfFile } from '../sha256-of-file.ts'
import type { StoredCheckpoint } from '../store/details.ts'
import type { Store } from '../store/open.ts'
import { processStarted } from '../store/process-identity.ts'

/** A trainer whose core went away writes a checkpoint and leaves; so long it is waited for. */
const trainerGraceMs = 120_000

/** sha256 of a checkpoint's model.safetensors, in hex; undefined when it is not there. */
async function weightsHash(dir: string): Promise<string | undefined> {
  const path = join(dir, 'model.safetensors')
  if (!existsSync(path)) return undefined
  return sha256OfFile(path)
}

/**
 * The folder of a run's best checkpoint, for its students, and the sha256 of its weights. Throws UserError where there is none, or where
 * the weights are not those that were recorded.
 */
export async function bestCheckpoint(
  store: Store,
  run: RunRecord,
  runDir: string,
): Promise<{ dir: string; sha256: string }> {
  const checkpoint = store.details.checkpoint(run.key, 'best')
  if (!checkpoint) {
    throw new UserError(`the teacher ${run.name} (${run.id}) has no best checkpoint`, {
      fix: `Train it first: virtlab resume ${run.id}`,
    })
  }
  const dir = join(runDir, checkpoint.path)
  const found = await weightsHash(dir)
  if (found !== checkpoint.sha256) {
    throw new UserError(
      found === undefined
        ? `the teacher’s checkpoint is not there any more`
        : `the teacher’s weights are not those it was trained to (sha256 ${found.slice(0, 12)}…, recorded ${checkpoint.sha256.slice(0, 12)}…)`,
      { where: join(dir, 'model.safetensors'), fix: 'Train the teacher again.' },
    )
  }
  return { dir, sha256: checkpoint.sha256 }
}

/**
 * The newest `last` checkpoint whose files are whole, or the one of `step`; undefined: there is none, the run
 * begins anew.
 */
export async function resumePoint(
  store: Store,
  run: RunRecord,
  runDir: string,
  step?: number,
): Promise<(StoredCheckpoint & { dir: string }) | undefined> {
  for (const checkpoint of store.details.checkpoints(run.key)) {
    if (checkpoint.kind !== 'last' || (step ?? checkpoint.step) !== checkpoint.step) continue
    const dir = join(runDir, checkpoint.path)
    if ((await weightsHash(dir)) === checkpoint.sha256) return { ...checkpoint, dir }
  }
  return undefined
}

/** Waits until the run's former trainer is gone: two of them would write the same folder. */
export async function awaitFormerTrainer(store: Store, run: RunRecord): Promise<void> {
  const deadline = Date.now() + trainerGraceMs
  for (const { trainerPid, trainerStarted } of store.jobs.ofRun(run.id)) {
    if (trainerPid === null || trainerStarted === null) continue
    while (processStarted(trainerPid) === trainerStarted) {
      if (Date.now() > deadline) {
        throw new UserError(`the former trainer of run ${run.id} is still at work`, {
          where: `process ${trainerPid}`,
          fix: 'Wait until it has written its checkpoint, or end that process.',
        })
      }
      await sleep(100)
    }
  }
}

/**
 * Writes the batches that a trainer left in the run's folder because its core was gone; those that are in
 * the store already are not written twice. A file that cannot be read is set aside, and the run's log
 * says so.
 */
export function absorbUnsent(store: Store, run: RunRecord, runDir: string): void {
  const path = join(runDir, unsentFile)
  if (!existsSync(path)) return
  try {
    const batches = z.array(trainerBatch).parse(deserialize(readFileSync(path)))
    for (const batch of batches) store.writeBatch(batch)
    rmSync(path)
  } catch (error) {
    const aside = `${path}.unreadable`
    renameSync(path, aside)
    const reason = error instanceof Error ? error.message : String(error)
    store.details.addLog(run.key, {
      time: Date.now(),
      level: 'error',
      source: 'core',
      text: `batches left behind by the trainer could not be stored (kept in ${aside}): ${reason}`,
    })
  }
}
