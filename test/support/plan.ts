import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import type { PlannedRun } from '../../src-shared/config/recipe.ts'
import { runConfig } from '../../src-shared/config/run.ts'
import type { Provenance } from '../../src-shared/run-record.ts'
import { openDataFolder, type DataFolder } from '../../src-main/data-folder.ts'

/** The protocol-speaking trainer program for tests (test-peer.ts). */
export const testPeer = fileURLToPath(new URL('test-peer.ts', import.meta.url))

export const provenance: Provenance = {
  gitCommit: null,
  argv: ['train', 'test.yaml'],
  host: 'test',
  appVersion: '0.0.0',
  nodeVersion: process.version,
}

/** A data folder of the test's own, removed when it has finished. */
export function temporaryDataFolder(): DataFolder {
  const root = mkdtempSync(join(tmpdir(), 'virtlab-test-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  return openDataFolder(root)
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
