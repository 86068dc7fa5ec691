import { existsSync } from 'node:fs'
import Database from 'better-sqlite3'
import { firstBytes } from './first-bytes.ts'

/** What a SQLite file is by its tables; undefined: it is none, or cannot be read. */
export function lookAtSqlite(
  path: string,
): { applicationId: number; tables: Set<string> } | undefined {
  if (!existsSync(path) || !/^SQLite format 3\0/.test(firstBytes(path, 16).toString('latin1'))) {
    return undefined
  }
  let db: Database.Database | undefined
  try {
    // What is in the write-ahead log counts, so that the first bytes do not tell.
    db = new Database(path, { readonly: true })
    return {
      applicationId: db.pragma('application_id', { simple: true }) as number,
      tables: new Set(db.prepare<[], string>('SELECT name FROM sqlite_schema').pluck().all()),
    }
  } catch (error) {
    if (error instanceof Database.SqliteError) return undefined
    throw error
  } finally {
    db?.close()
  }
}
