import Database from 'better-sqlite3'
import { UserError } from '../../src-shared/errors.ts'
import { applicationId, migrate, readMigrations } from './migrate.ts'

/**
 * A file that somebody gave us holds exactly the tables that Virtlab of its version makes: no trigger, view or
 * other program of SQLite's that would run when it is read. Throws UserError where it does not.
 */
export function assertOurSchema(path: string, where: string): void {
  const db = openReadOnly(path, where)
  try {
    if (db.pragma('application_id', { simple: true }) !== applicationId) {
      throw new UserError('this SQLite file was not made by Virtlab', { where })
    }
    const version = db.pragma('user_version', { simple: true }) as number
    const migrations = readMigrations()
    if (version > migrations.length) {
      throw new UserError(
        `it has schema version ${version}, this Virtlab knows versions up to ${migrations.length}`,
        { where, fix: 'Use the newer Virtlab that made it.' },
      )
    }
    const expected = new Database(':memory:')
    migrate(expected, migrations.slice(0, version))
    const [wanted, found] = [schemaOf(expected), schemaOf(db)]
    expected.close()
    const odd = [...found.keys()].find((name) => found.get(name) !== wanted.get(name))
    const missing = [...wanted.keys()].find((name) => !found.has(name))
    if (odd !== undefined || missing !== undefined) {
      throw new UserError(`its database is not as Virtlab makes it: ${odd ?? missing}`, {
        where,
        fix: 'The file was changed by another program; export it again.',
      })
    }
    const [problem] = db.pragma('quick_check(1)') as { quick_check: string }[]
    if (problem?.quick_check !== 'ok') {
      throw new UserError(`its database is damaged: ${problem?.quick_check}`, { where })
    }
  } catch (error) {
    throw error instanceof Database.SqliteError
      ? new UserError(`its database cannot be read: ${error.message}`, { where, cause: error })
      : error
  } finally {
    db.close()
  }
}

function openReadOnly(path: string, where: string): Database.Database {
  try {
    const db = new Database(path, { readonly: true, fileMustExist: true })
    db.pragma('trusted_schema = OFF')
    return db
  } catch (cause) {
    if (!(cause instanceof Database.SqliteError)) throw cause
    throw new UserError(`this database cannot be read: ${cause.message}`, { where, cause })
  }
}

/** Everything in it by kind and name, but for what SQLite keeps for itself. */
function schemaOf(db: Database.Database): Map<string, string> {
  return new Map(
    db
      .prepare<[], { type: string; name: string; sql: string }>(
        "SELECT type, name, coalesce(sql, '') AS sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
      )
      .all()
      .map(({ type, name, sql }) => [`${type} ${name}`, sql.replaceAll(/\s+/g, ' ')]),
  )
}
