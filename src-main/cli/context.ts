import type { Command } from 'commander'
import { createCore, type Core } from '../core.ts'
import { openDataFolder } from '../data-folder.ts'

/** Opens the data folder that the command line names, for as long as `use` takes. */
export async function withCore<T>(
  command: Command,
  use: (core: Core) => T | Promise<T>,
): Promise<T> {
  const { dataDir } = command.optsWithGlobals<{ dataDir?: string }>()
  const core = createCore({ dataFolder: openDataFolder(dataDir) })
  if (core.store.backup !== undefined) {
    console.error(`The database was upgraded; the old one is kept as ${core.store.backup}`)
  }
  try {
    return await use(core)
  } finally {
    core.close()
  }
}
