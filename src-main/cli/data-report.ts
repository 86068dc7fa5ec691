import type { FileReport } from '../trainer/data/dataset.ts'
import type { SourceRow } from '../trainer/data/read-source.ts'
import { describeSkipped } from '../trainer/data/report.ts'
import type { LengthSummary, PartSummary } from '../trainer/data/summary.ts'
import { displayWidth, formatTable } from './table.ts'

const SHOWN_LABELS = 20
const SHOWN_TEXT = 44

/** What `virtlab data` prints of one file. */
export function describeFile(
  report: FileReport,
  firstRows: readonly SourceRow[],
  summary: PartSummary | undefined,
): string {
  const { rowsRead, rowsKept, skipped, notes = [] } = report
  const lines = [
    report.path,
    `  format   ${report.format}`,
    `  layout   ${report.layout}`,
    `  rows     ${rowsRead} read, ${rowsKept} kept, ${rowsRead - rowsKept} skipped`,
    ...describeSkipped(skipped).map((text) => `  skipped  ${text}`),
    `  labels   ${describeLabels(report.labelCounts, rowsKept)}`,
    ...notes.map((note) => `  note     ${note}`),
  ]
  if (summary) lines.push('', indent(describeLengths(summary)))
  if (firstRows.length > 0) lines.push('', indent(describeRows(firstRows)))
  return `${lines.join('\n')}\n`
}

function describeLabels(counts: Record<string, number>, total: number): string {
  const entries = Object.entries(counts)
  if (entries.length === 0) return 'none'
  const shown = entries
    .slice(0, SHOWN_LABELS)
    .map(([label, n]) => `${oneLine(label)} ${n} (${((100 * n) / total).toFixed(1)} %)`)
  const rest = entries.length - shown.length
  return shown.join(', ') + (rest > 0 ? ` and ${rest} more` : '')
}

function describeLengths({ pairs, lengths, distinct }: PartSummary): string {
  const rows: { name: string; summary: LengthSummary; different: string }[] = [
    { name: 'X', summary: lengths.x, different: String(distinct.x) },
    { name: 'Y', summary: lengths.y, different: String(distinct.y) },
    { name: 'joint', summary: lengths.joint, different: '' },
  ]
  const share = (n: number): string => (pairs === 0 ? '' : ` (${((100 * n) / pairs).toFixed(1)} %)`)
  return formatTable(
    [
      { title: 'tokens', value: ({ name }) => name },
      { title: 'mean', value: ({ summary }) => summary.mean.toFixed(1), align: 'right' },
      { title: 'median', value: ({ summary }) => String(summary.median), align: 'right' },
      { title: '95 %', value: ({ summary }) => String(summary.p95), align: 'right' },
      { title: 'longest', value: ({ summary }) => String(summary.max), align: 'right' },
      {
        title: 'truncated',
        value: ({ summary: { truncated } }) => `${truncated.count}${share(truncated.count)}`,
        align: 'right',
      },
      {
        title: 'tokens cut',
        value: ({ summary }) => String(summary.truncated.tokens),
        align: 'right',
      },
      { title: 'different texts', value: ({ different }) => different, align: 'right' },
    ],
    rows,
  )
}

function describeRows(rows: readonly SourceRow[]): string {
  return formatTable(
    [
      { title: 'line', value: ({ line }) => String(line), align: 'right' },
      { title: 'id', value: ({ id }) => shorten(id, 24) },
      { title: 'label', value: ({ label }) => shorten(label, 24) },
      { title: 'X', value: ({ x }) => shorten(x, SHOWN_TEXT) },
      { title: 'Y', value: ({ y }) => shorten(y, SHOWN_TEXT) },
    ],
    rows,
  )
}

/** Cut to a width on the terminal; CJK characters take two columns. */
function shorten(text: string, width: number): string {
  const line = oneLine(text)
  if (displayWidth(line) <= width) return line
  let cut = ''
  for (const character of line) {
    if (displayWidth(cut + character) > width - 1) break
    cut += character
  }
  return `${cut}…`
}

/** Line breaks and control characters of a text must not reach the terminal. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ')
}
