import { closeSync, openSync, readSync } from 'node:fs'

/** Of a file, at most `n`: enough to tell what it is. */
export function firstBytes(path: string, n: number): Buffer {
  const file = openSync(path, 'r')
  try {
    const bytes = Buffer.alloc(n)
    return bytes.subarray(0, readSync(file, bytes, 0, n, 0))
  } finally {
    closeSync(file)
  }
}
