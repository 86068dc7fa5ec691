import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { readBundle } from '../bundle/read-bundle.ts'
import { sha256OfFile } from '../sha256-of-file.ts'
import { assertOurSchema } from '../store/assert-schema.ts'
import { firstBytes } from './first-bytes.ts'
import type { Importer, Stage } from './importer.ts'

/** One file that `virtlab bundle export` made. */
export const bundle: Importer = {
  format: 'bundle',
  summary: 'a file that `virtlab bundle export` made',
  detect: (path) =>
    !statSync(path).isDirectory() && firstBytes(path, 2).toString('latin1') === 'PK',
  async stage(path, stage) {
    const { staging } = stage
    await readBundle(path, staging.folder, (done, total) => stage.progress(done, total))
    assertOurSchema(staging.database, path)
    await takeFiles(stage)
  },
}

/** Checkpoints whose weights are those that their run had recorded. */
async function takeFiles({ staging, left }: Stage): Promise<void> {
  const recorded = staging
    .open()
    .prepare<[string, string], string>(
      `SELECT sha256 FROM checkpoints c JOIN runs r ON r.key = c.run
       WHERE r.id = ? AND replace(c.path, '\\', '/') = ?`,
    )
    .pluck()
  const root = join(staging.folder, 'runs')
  for (const id of existsSync(root) ? readdirSync(root) : []) {
    const kept = []
    for (const name of readdirSync(join(root, id, 'checkpoints'))) {
      const weights = join(root, id, 'checkpoints', name, 'model.safetensors')
      const wanted = recorded.all(id, `checkpoints/${name}`)
      const found = existsSync(weights) ? await sha256OfFile(weights) : undefined
      if (found !== undefined && wanted.includes(found)) kept.push(name)
      else left.add('checkpoint', `${id}/${name}`)
    }
    if (kept.length > 0) staging.files.set(id, join(root, id))
  }
}
