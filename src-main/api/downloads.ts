import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'

/** A file that waits for its browser. */
export interface Download {
  token: string
  path: string
  fileName: string
}

/** Files that were made to be got from the served app, on the disk: they can be larger than its memory. */
export interface Downloads {
  /** Where to write one; those that were made before are removed. */
  prepare(fileName: string): Download
  /** Undefined for one that is not there any more. */
  find(token: string): Download | undefined
  remove(token: string): void
}

/** @param root the data folder; what a process leaves there that dies is removed as staging is */
export function createDownloads(root: string): Downloads {
  let current: (Download & { folder: string }) | undefined
  const clear = () => {
    if (current) rmSync(current.folder, { recursive: true, force: true })
    current = undefined
  }
  return {
    prepare(fileName) {
      clear()
      const folder = mkdtempSync(join(root, `staging-${process.pid}-download-`))
      const token = randomBytes(24).toString('base64url')
      current = { token, path: join(folder, 'file'), fileName, folder }
      return current
    },
    find: (token) => (current?.token === token ? current : undefined),
    remove(token) {
      if (current?.token === token) clear()
    },
  }
}
