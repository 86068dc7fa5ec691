import { existsSync } from 'node:fs'
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import { z } from 'zod'
import { UserError } from '../../src-shared/errors.ts'
import type { CheckpointRecord } from '../../src-shared/protocol.ts'
import { saveModelFolder, type ModelFolderInfo } from './models/checkpoint-folder.ts'
import type { PairModel } from './models/model.ts'
import type { Optimizer } from './optimizer.ts'
import { readSafetensors, writeSafetensors } from './weights/safetensors.ts'

/**
 * Where a run stands between two steps. With the weights and the optimizer's moments it is all that a
 * resumed run needs to go on to the bit: data order and dropout are functions of (seed, epoch) and
 * (seed, micro-step).
 */
export const trainingProgress = z.strictObject({
  /** Optimizer steps made. */
  step: z.int().min(0),
  /** Micro-batches trained on; numbers the dropout masks. */
  microStep: z.int().min(0),
  epoch: z.int().min(0),
  /** Micro-batches of the epoch that are done. */
  microBatchInEpoch: z.int().min(0),
  best: z.strictObject({ step: z.int(), value: z.number() }).nullable(),
  evaluationsWithoutBetter: z.int().min(0),
  /** Sums since the last training point, where not every step logs one. */
  window: z.record(z.string(), z.number()),
  windowSteps: z.int().min(0),
})

export type TrainingProgress = z.infer<typeof trainingProgress>

const OPTIMIZER_FILE = 'optimizer.safetensors'
const PROGRESS_FILE = 'training.json'

/** Folder of a step's checkpoint, relative to the run's folder. */
export function checkpointPath(step: number): string {
  return join('checkpoints', `step-${String(step).padStart(7, '0')}`)
}

/**
 * Writes the model's folder, loadable by transformers, and says what to record of it. The folder
 * appears whole or not at all.
 */
export async function writeCheckpoint(
  runDir: string,
  model: PairModel,
  info: ModelFolderInfo,
  optimizer: Optimizer,
  progress: TrainingProgress,
): Promise<Pick<CheckpointRecord, 'step' | 'path' | 'sha256' | 'bytes'>> {
  const path = checkpointPath(progress.step)
  const final = join(runDir, path)
  const unfinished = `${final}.unfinished`
  await rm(unfinished, { recursive: true, force: true })
  const weights = await saveModelFolder(unfinished, model, info)
  await writeSafetensors(join(unfinished, OPTIMIZER_FILE), optimizer.state(), {
    steps: String(optimizer.steps),
  })
  await writeFile(join(unfinished, PROGRESS_FILE), JSON.stringify(progress, null, 2))
  await rm(final, { recursive: true, force: true })
  await rename(unfinished, final)
  return { step: progress.step, path, ...weights }
}

/** Loads what `writeCheckpoint` added to the model's folder. */
export async function readTrainingState(
  dir: string,
  optimizer: Optimizer,
): Promise<TrainingProgress> {
  let text: string
  try {
    text = await readFile(join(dir, PROGRESS_FILE), 'utf8')
  } catch (cause) {
    throw new UserError('this checkpoint has weights but no training state', {
      where: dir,
      fix: 'resume from the run’s last checkpoint',
      cause,
    })
  }
  const progress = trainingProgress.parse(JSON.parse(text))
  const state = await readSafetensors(join(dir, OPTIMIZER_FILE))
  optimizer.restore(state.tensors, progress.step)
  tf.dispose([...state.tensors.values()])
  return progress
}

/**
 * A run's checkpoint folders, oldest first, each with how far training was; undefined for those that hold
 * weights only.
 */
export async function listCheckpoints(
  runDir: string,
): Promise<{ path: string; progress: TrainingProgress | undefined }[]> {
  const names = await readdir(join(runDir, 'checkpoints'))
  const found = names.filter((name) => /^step-\d+$/.test(name)).sort()
  return Promise.all(
    found.map(async (name) => {
      const path = join('checkpoints', name)
      const file = join(runDir, path, PROGRESS_FILE)
      const progress = existsSync(file)
        ? trainingProgress.parse(JSON.parse(await readFile(file, 'utf8')))
        : undefined
      return { path, progress }
    }),
  )
}

/** Keeps a best checkpoint's weights when it is no longer to be resumed from, or removes the folder. */
export async function retireCheckpoint(
  runDir: string,
  path: string,
  keepWeights: boolean,
): Promise<void> {
  const dir = join(runDir, path)
  if (!keepWeights) return rm(dir, { recursive: true, force: true })
  await rm(join(dir, OPTIMIZER_FILE), { force: true })
  await rm(join(dir, PROGRESS_FILE), { force: true })
}
