import type { Database } from 'better-sqlite3'
import {
  DummyDriver,
  Kysely,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  type RawBuilder,
} from 'kysely'

/** Turns kysely's SQL into text; better-sqlite3 runs it, synchronously. */
const compiler = new Kysely<unknown>({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
})

export function allRows<Row>(db: Database, query: RawBuilder<unknown>): Row[] {
  const { sql, parameters } = query.compile(compiler)
  return db.prepare<unknown[], Row>(sql).all(...parameters)
}

/** Rows of two columns as a map. Arrays are several times cheaper than objects to make. */
export function pairsOf<Value>(db: Database, query: RawBuilder<unknown>): Map<number, Value> {
  const { sql, parameters } = query.compile(compiler)
  return new Map(
    db
      .prepare<unknown[], [number, Value]>(sql)
      .raw()
      .all(...parameters),
  )
}
