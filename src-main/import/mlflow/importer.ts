import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Importer } from '../importer.ts'
import { lookAtSqlite } from '../look-at-sqlite.ts'
import { experimentFolders, stageFileStore } from './file-store.ts'
import { stageSqliteStore } from './sqlite-store.ts'

/** MLflow's tracking store, as files (`mlruns`) or as a SQLite database (`mlflow.db`). */
export const mlflow: Importer = {
  format: 'mlflow',
  summary: 'an MLflow folder (mlruns) or its SQLite database (mlflow.db)',
  detect: (path) =>
    databaseIn(path) !== undefined ||
    (statSync(path).isDirectory() && experimentFolders(path).length > 0),
  stage(path, stage) {
    const database = databaseIn(path)
    if (database !== undefined) stageSqliteStore(database, stage)
    if (statSync(path).isDirectory()) stageFileStore(path, stage)
    return Promise.resolve()
  },
}

function databaseIn(path: string): string | undefined {
  const file = statSync(path).isDirectory() ? join(path, 'mlflow.db') : path
  const tables = existsSync(file) ? lookAtSqlite(file)?.tables : undefined
  const isMlflow = ['experiments', 'runs', 'metrics', 'params'].every((name) => tables?.has(name))
  return isMlflow ? file : undefined
}
