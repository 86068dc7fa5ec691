import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import type { DataSource } from '../../src-shared/config/data.ts'
import { readSource, type SourceRows } from '../../src-main/trainer/data/read-source.ts'
import { UserError } from '../../src-shared/errors.ts'

const folder = mkdtempSync(join(tmpdir(), 'virtlab-data-'))
afterAll(() => rmSync(folder, { recursive: true }))
let count = 0

/** Writes a file that is removed after the test file; `name` gives its ending. */
export function write(name: string, content: string | Uint8Array): string {
  const path = join(folder, `${count++}-${name}`)
  writeFileSync(path, content)
  return path
}

/** Reads a file written for the purpose. */
export function read(
  name: string,
  content: string | Uint8Array,
  source: Partial<DataSource> = {},
): Promise<SourceRows> {
  return readSource({ path: write(name, content), format: 'auto', ...source })
}

/** The UserError that a promise rejects with; anything else fails the test. */
export async function userError(promise: Promise<unknown>): Promise<UserError> {
  try {
    await promise
  } catch (error) {
    if (error instanceof UserError) return error
    throw error
  }
  throw new Error('expected a UserError')
}

export function lines(...rows: string[][]): string {
  return rows.map((row) => row.join('\t') + '\n').join('')
}
