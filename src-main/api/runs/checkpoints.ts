import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { ApiContext, Handlers } from '../context.ts'

/** What only the newest checkpoints have (trainer/checkpoint.ts): without it training cannot go on. */
const optimizerFile = 'optimizer.safetensors'
const weightsFile = 'model.safetensors'

export function checkpointHandlers({ core }: ApiContext): Handlers<'runs.checkpoints'> {
  const { runs, details } = core.store
  return {
    'runs.checkpoints'({ id }) {
      const stored = details.checkpoints(runs.get(id).key)
      // The best on dev is the same folder as that step’s `last`, as long as that one is kept.
      const lastSteps = new Set(
        stored.filter(({ kind }) => kind === 'last').map(({ step }) => step),
      )
      const all = stored.map((checkpoint) => {
        const { step, kind, path, sha256, bytes, metric, createdAt } = checkpoint
        const record = { step, kind, path, sha256, bytes, metric, createdAt }
        const folder = join(core.runDir(id), checkpoint.path)
        const onDisk = existsSync(join(folder, weightsFile))
        const resumable = onDisk && lastSteps.has(step) && existsSync(join(folder, optimizerFile))
        return { ...record, folder, onDisk, resumable }
      })
      // Replaced ones are gone as they should be; that the newest is gone is worth a line.
      const newest = new Set(['best', 'last'].map((kind) => all.find((one) => one.kind === kind)))
      const checkpoints = all.filter((one) => one.onDisk || newest.has(one))
      return { checkpoints }
    },
  }
}
