import { cpSync, existsSync, realpathSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { UserError } from '../../src-shared/errors.ts'
import { applicationId } from '../store/migrate.ts'
import { assertOurSchema } from '../store/assert-schema.ts'
import { lookAtSqlite } from './look-at-sqlite.ts'
import type { Importer } from './importer.ts'
import { assertRunId } from './merge/merge-runs.ts'

/** Another Virtlab data folder, or its database: all runs that are not deleted, with their checkpoints. */
export const virtlab: Importer = {
  format: 'virtlab',
  summary: 'another Virtlab data folder, or its virtlab.db',
  detect(path) {
    const file = statSync(path).isDirectory() ? join(path, 'virtlab.db') : path
    return lookAtSqlite(file)?.applicationId === applicationId
  },
  stage(path, { staging, target }) {
    const file = statSync(path).isDirectory() ? join(path, 'virtlab.db') : path
    if (!existsSync(file)) throw new UserError('there is no Virtlab database', { where: file })
    if (realpathSync(file) === realpathSync(target)) {
      throw new UserError('this is the data folder that is open', { where: file })
    }
    assertOurSchema(file, file)
    copyDatabase(file, staging.database)
    const runs = staging.open().prepare<[], string>('SELECT id FROM runs').pluck().all()
    for (const id of runs) {
      assertRunId(id)
      const from = join(dirname(file), 'runs', id)
      if (!existsSync(from)) continue
      const to = join(staging.folder, 'runs', id)
      cpSync(from, to, { recursive: true })
      staging.files.set(id, to)
    }
    return Promise.resolve()
  },
}

/** So that the other file stays as it is, whatever its version, and may be in use. */
function copyDatabase(from: string, to: string): void {
  const source = new Database(from, { readonly: true })
  try {
    source.prepare('VACUUM INTO ?').run(to)
  } finally {
    source.close()
  }
}
