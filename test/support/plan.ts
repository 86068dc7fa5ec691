import { fileURLToPath } from 'node:url'
import type { PlannedRun } from '../../src-shared/config/recipe.ts'
import { runConfig } from '../../src-shared/config/run.ts'
import type { Provenance } from '../../src-shared/run-record.ts'

/** The protocol-speaking trainer program for tests (test-peer.ts). */
export const testPeer = fileURLToPath(new URL('test-peer.ts', import.meta.url))

export const provenance: Provenance = {
  gitCommit: null,
  argv: ['train', 'test.yaml'],
  host: 'test',
  appVersion: '0.0.0',
  nodeVersion: process.version,
}

/** teacher → virt_encoder, and a bi_encoder that needs nobody. */
export function plannedRuns(seed = 1): PlannedRun[] {
  const config = (model: string, virt?: object) =>
    runConfig.parse({
      model: { type: model },
      data: { dataset: 'demo' },
      training: { seed },
      distillation: virt ? { virt } : {},
    })
  const shared = { recipe: 'test', seed }
  return [
    { ...shared, name: 'teacher', config: config('cross_encoder') },
    { ...shared, name: 'bi', config: config('bi_encoder') },
    { ...shared, name: 'virt', teacher: 'teacher', config: config('virt_encoder', {}) },
  ]
}

/** One run that needs nobody. */
export const corePlan = (): PlannedRun[] => plannedRuns().slice(0, 1)
