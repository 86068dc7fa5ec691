import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** Of all files in a folder, at any depth; 0 where there is none. */
export async function folderBytes(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(() => [])
  const files = entries.filter((entry) => entry.isFile())
  const sizes = await Promise.all(
    files.map(({ parentPath, name }) => stat(join(parentPath, name)).catch(() => undefined)),
  )
  return sizes.reduce((sum, size) => sum + (size?.size ?? 0), 0)
}
