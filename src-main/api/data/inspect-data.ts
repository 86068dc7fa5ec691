import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { dataPresets, type DataSource } from '../../../src-shared/config/data.ts'
import type { CallOutput } from '../../../src-shared/contract/index.ts'
import { UserError } from '../../../src-shared/errors.ts'
import { formatOf, readers } from '../../trainer/data/readers/index.ts'
import { readSource, type SourceRows } from '../../trainer/data/read-source.ts'
import { summarizePart } from '../../trainer/data/summary.ts'
import { loadTokenizer, type PairTokenizer } from '../../trainer/tokenizer/wordpiece.ts'
import type { FileInspection } from './inspect-protocol.ts'

type Output = CallOutput<'data.inspect'>

const shownCell = 400

/** A data file as it is, and as a run would read it. A file that cannot be mapped yet is no error. */
export async function inspectData(input: FileInspection): Promise<Output> {
  const { source } = input
  if (!existsSync(source.path)) throw new UserError('there is no such file', { where: source.path })
  const raw = await readRaw(source, Math.max(input.rows, 5))
  const common = { format: formatOf(source), raw, presets: [...dataPresets] }
  try {
    const mapped = summarize(await readSource(source), input)
    return { ...common, mapped, problem: null }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    const { message, where = null, fix = null } = error
    return { ...common, mapped: null, problem: { message, where, fix } }
  }
}

/** The first rows before any mapping; names of columns where the format or the first row has them. */
async function readRaw(source: DataSource, count: number): Promise<Output['raw']> {
  const table = await readers[formatOf(source)](source.path)
  const rows: (readonly unknown[] | Readonly<Record<string, unknown>>)[] = []
  for await (const { cells } of table.rows()) {
    if (cells !== undefined) rows.push(cells)
    if (rows.length > count) break
  }
  const [first] = rows
  if (first === undefined) return { columns: [], header: false, rows: [] }
  if (!Array.isArray(first)) {
    const names = table.columns ?? [...new Set(rows.flatMap((row) => Object.keys(row)))]
    const cells = rows.map((row) =>
      names.map((name) => text((row as Record<string, unknown>)[name])),
    )
    return { columns: [...names], header: true, rows: cells.slice(0, count) }
  }
  const cells = rows.map((row) => (row as readonly unknown[]).map(text))
  const [head = [], ...rest] = cells
  if (looksLikeHeader(head, rest)) return { columns: head, header: true, rows: rest }
  return { columns: head.map((_, i) => String(i)), header: false, rows: cells.slice(0, count) }
}

/** Names are short, all different, and not what the other rows have in their columns. */
function looksLikeHeader(head: string[], rest: string[][]): boolean {
  const distinct = new Set(head).size === head.length
  const short = head.every((cell) => cell.length > 0 && cell.length <= 40 && !/^[\d.]+$/.test(cell))
  const repeated = rest.some((row) => row.some((cell, i) => cell === head[i]))
  return distinct && short && !repeated && head.length > 1
}

function text(cell: unknown): string {
  const whole = typeof cell === 'string' ? cell : cell === undefined ? '' : JSON.stringify(cell)
  return whole.length > shownCell ? `${whole.slice(0, shownCell)}…` : whole
}

function summarize(
  { rows, report }: SourceRows,
  input: FileInspection,
): NonNullable<Output['mapped']> {
  const tokenizer = tokenizerOf(input)
  const summary = summarizePart(rows, report.labelCounts, tokenizer ?? wordCounter, input)
  return {
    layout: report.layout,
    rowsRead: report.rowsRead,
    rowsKept: report.rowsKept,
    skipped: report.skipped,
    notes: report.notes ?? [],
    labelCounts: report.labelCounts,
    firstRows: rows
      .slice(0, input.rows)
      .map(({ line, id, x, y, label }) => ({ line, id, x, y, label })),
    distinct: summary.distinct,
    unit: tokenizer ? 'tokens' : 'words',
    lengths: summary.lengths,
  }
}

function tokenizerOf({ vocab, pretrained, lowercase }: FileInspection): PairTokenizer | undefined {
  const path = pretrained === undefined ? vocab : join(pretrained, 'vocab.txt')
  if (path === undefined) return undefined
  return loadTokenizer(path, { lowercase: lowercase ?? lowercaseOf(pretrained) })
}

function lowercaseOf(folder: string | undefined): boolean {
  const path = folder === undefined ? undefined : join(folder, 'tokenizer_config.json')
  if (path === undefined || !existsSync(path)) return true
  const { do_lower_case: setting } = JSON.parse(readFileSync(path, 'utf8')) as {
    do_lower_case?: unknown
  }
  return typeof setting === 'boolean' ? setting : true
}

const segmenter = new Intl.Segmenter(undefined, { granularity: 'word' })

/** Before there is a vocabulary: lengths in words. */
const wordCounter = {
  encode: (words: string) =>
    Int32Array.from(
      [...segmenter.segment(words)].filter(({ isWordLike }) => isWordLike),
      () => 0,
    ),
}
