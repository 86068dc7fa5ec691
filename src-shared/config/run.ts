import { z } from 'zod'
import { dataConfig } from './data.ts'
import { distillationConfig } from './distillation.ts'
import { modelConfig } from './model.ts'
import { loggingConfig, trainingConfig } from './training.ts'

export const backendNames = ['tensorflow', 'webgpu', 'wasm', 'cpu'] as const
export type BackendName = (typeof backendNames)[number]
export const backendChoice = z.enum(['auto', ...backendNames])
export type BackendChoice = z.infer<typeof backendChoice>

/**
 * A run's whole configuration. The form, the CLI, the docs and the diff view come from this schema;
 * what is stored with a run is this, with every default filled in.
 */
export const runConfig = z.strictObject({
  model: modelConfig,
  data: dataConfig.prefault({}),
  training: trainingConfig.prefault({}),
  distillation: distillationConfig.prefault({}),
  logging: loggingConfig.prefault({}),
  backend: backendChoice.default('auto').describe('auto: the best that is usable here'),
})

export type RunConfig = z.infer<typeof runConfig>
