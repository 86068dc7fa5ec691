import type { Database } from 'better-sqlite3'

/** A table whose rows belong to a run or to a series. */
export interface OwnedTable {
  name: string
  /** The column that names the owner. */
  owner: string
  /** What a row is besides its owner and its own key, which is given anew. */
  columns: string[]
  /** In which rows are read, so that new keys keep their order. */
  order: string[]
}

/** How everything that a run is lies in the database. */
export interface RunTables {
  /** Columns of `runs`; suite and teacher are looked up by their ids. */
  run: string[]
  ofRun: OwnedTable[]
  ofSeries: OwnedTable[]
}

/** Read from the schema, so that a table or column that a migration adds is carried along. */
export function runTables(db: Database): RunTables {
  const names = db
    .prepare<[], string>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name",
    )
    .pluck()
    .all()
  const ownedBy = (owner: string): OwnedTable[] =>
    names.flatMap((name) => {
      const key = foreignKeys(db, name).find(
        ({ table, onDelete }) => table === owner && onDelete === 'CASCADE',
      )
      return key ? [describe(db, name, key.from)] : []
    })
  const { columns } = describe(db, 'runs', 'suite')
  return {
    run: columns.filter((name) => !['teacher', 'pending_import', 'imported'].includes(name)),
    // Series come first: what hangs on them is copied with them.
    ofRun: ownedBy('runs'),
    ofSeries: ownedBy('series'),
  }
}

function describe(db: Database, name: string, owner: string): OwnedTable {
  const columns = db
    .prepare<[string], { name: string; type: string; pk: number }>(
      'SELECT name, type, pk FROM pragma_table_info(?)',
    )
    .all(name)
  const keys = columns.filter(({ pk }) => pk > 0).sort((a, b) => a.pk - b.pk)
  const rowKey = keys.length === 1 && keys[0]?.type === 'INTEGER' ? keys[0].name : undefined
  return {
    name,
    owner,
    columns: columns.map((column) => column.name).filter((it) => it !== owner && it !== rowKey),
    order: keys.map((key) => key.name),
  }
}

function foreignKeys(db: Database, name: string) {
  return db
    .prepare<[string], { table: string; from: string; onDelete: string }>(
      'SELECT "table", "from", on_delete AS onDelete FROM pragma_foreign_key_list(?)',
    )
    .all(name)
}
