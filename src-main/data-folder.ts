import { mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

/** Where everything Virtlab keeps lies; one folder is one world (database, runs, backends). */
export interface DataFolder {
  root: string
  /** SQLite file. */
  database: string
  /** One folder a run: checkpoints, exported weights. */
  runs: string
  /** Generated and downloaded datasets. */
  datasets: string
  /** Built native bindings, e.g. `backends/tensorflow`. */
  backends: string
}

/** --data-dir, else $VIRTLAB_DATA, else the platform's folder for application data. */
export function openDataFolder(chosen?: string): DataFolder {
  const root = dataFolderRoot(chosen)
  const folder = {
    root,
    database: join(root, 'virtlab.db'),
    runs: join(root, 'runs'),
    datasets: join(root, 'datasets'),
    backends: join(root, 'backends'),
  }
  for (const path of [root, folder.runs, folder.datasets, folder.backends]) {
    mkdirSync(path, { recursive: true })
  }
  return folder
}

/** The folder's path, without making anything of it. */
export function dataFolderRoot(chosen?: string): string {
  return resolve(chosen ?? process.env['VIRTLAB_DATA'] ?? platformDefault())
}

function platformDefault(): string {
  if (process.platform === 'darwin') return join(homedir(), 'Library/Application Support/Virtlab')
  if (process.platform === 'win32') {
    return join(process.env['LOCALAPPDATA'] ?? join(homedir(), 'AppData/Local'), 'Virtlab')
  }
  return join(process.env['XDG_DATA_HOME'] ?? join(homedir(), '.local/share'), 'virtlab')
}
