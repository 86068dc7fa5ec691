import type { Database } from 'better-sqlite3'
import { UserError } from '../../src-shared/errors.ts'
import type { SavedTable } from '../../src-shared/contract/tables.ts'
import { tableRecipe, type TableRecipe } from '../../src-shared/tables/recipe.ts'
import { newId } from './new-id.ts'

/** Tables that a user has saved. */
export interface TablesTable {
  /** By name. A recipe that a newer Virtlab has saved and this one cannot read is left out. */
  list(): SavedTable[]
  get(id: string): SavedTable
  /** By id or name; undefined: there is none. */
  find(reference: string): SavedTable | undefined
  /** Without an id a new one. */
  save(recipe: TableRecipe, id?: string): SavedTable
  delete(id: string): void
}

interface Row {
  id: string
  recipe: string
  createdAt: number
  updatedAt: number
}

export function createTablesTable(db: Database): TablesTable {
  const columns = 'id, recipe, created_at AS createdAt, updated_at AS updatedAt FROM tables'
  const all = db.prepare<[], Row>(`SELECT ${columns} ORDER BY name COLLATE NOCASE, created_at`)
  const byId = db.prepare<[string], Row>(`SELECT ${columns} WHERE id = ?`)
  const put = db.prepare(`
    INSERT INTO tables (id, name, recipe, created_at, updated_at)
    VALUES (:id, :name, :recipe, :now, :now)
    ON CONFLICT DO UPDATE SET
      name = excluded.name, recipe = excluded.recipe, updated_at = excluded.updated_at`)
  const remove = db.prepare('DELETE FROM tables WHERE id = ?')

  const list = () => all.all().flatMap((row) => read(row) ?? [])
  const get = (id: string): SavedTable => {
    const row = byId.get(id)
    const saved = row && read(row)
    if (saved) return saved
    throw new UserError(
      row ? `the table ${id} was saved by a newer Virtlab` : `there is no saved table ${id}`,
      { fix: 'virtlab table --list' },
    )
  }
  return {
    list,
    get,
    find: (reference) =>
      list().find(({ id }) => id === reference) ??
      list().find(({ recipe }) => recipe.name === reference),
    save(recipe, id = newId()) {
      put.run({ id, name: recipe.name, recipe: JSON.stringify(recipe), now: Date.now() })
      return get(id)
    },
    delete(id) {
      remove.run(id)
    },
  }
}

function read({ recipe, ...rest }: Row): SavedTable | undefined {
  const parsed = tableRecipe.safeParse(JSON.parse(recipe))
  return parsed.success ? { ...rest, recipe: parsed.data } : undefined
}
