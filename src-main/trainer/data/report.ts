import { UserError } from '../../../src-shared/errors.ts'
import type { FileReport } from './dataset.ts'

/**
 * Why a row is left out. A fault is a row that does not fit the layout (wrong number of columns, a
 * field missing or of the wrong kind): a few happen in published files, many mean the wrong layout.
 */
export type SkipKind = 'fault' | 'unusable'

const FIRST_LINES = 5
/** Faults that are tolerated: this many, or this share of the rows, whichever is more. */
const TOLERATED_FAULTS = 10
const TOLERATED_FAULT_SHARE = 0.01

/** Accounts for every row of one file. */
export class RowLedger {
  readonly #path: string
  readonly #skipped = new Map<string, FileReport['skipped'][number] & { kind: SkipKind }>()
  #read = 0

  constructor(path: string) {
    this.#path = path
  }

  read(): void {
    this.#read++
  }

  skip(line: number, reason: string, kind: SkipKind): void {
    const entry = this.#skipped.get(reason) ?? { reason, count: 0, firstLines: [], kind }
    entry.count++
    if (entry.firstLines.length < FIRST_LINES) entry.firstLines.push(line)
    this.#skipped.set(reason, entry)
  }

  get rowsRead(): number {
    return this.#read
  }

  get skipped(): FileReport['skipped'] {
    return [...this.#skipped.values()].map(({ reason, count, firstLines }) => ({
      reason,
      count,
      firstLines,
    }))
  }

  /** @throws UserError naming the first of more faulty rows than a sound file has. */
  assertFewFaults(): void {
    const faults = [...this.#skipped.values()].filter(({ kind }) => kind === 'fault')
    const count = faults.reduce((sum, fault) => sum + fault.count, 0)
    if (count <= Math.max(TOLERATED_FAULTS, this.#read * TOLERATED_FAULT_SHARE)) return
    const lines = faults.flatMap(({ firstLines }) => firstLines)
    throw new UserError(
      `${count} of ${this.#read} rows do not fit: ${describeSkipped(faults).join('; ')}`,
      {
        where: `${this.#path}:${Math.min(...lines)}`,
        fix: 'check format (tsv: quoting off; csv: quoting on), preset and columns',
      },
    )
  }
}

/** Each reason in words: `3 × empty text (column "y") (lines 4, 9, 17)`. */
export function describeSkipped(skipped: FileReport['skipped']): string[] {
  return skipped.map(({ reason, count, firstLines }) => {
    const lines = `${firstLines.length === 1 ? 'line' : 'lines'} ${firstLines.join(', ')}`
    return `${count} × ${reason} (${lines}${count > firstLines.length ? ', …' : ''})`
  })
}
