import type { ImportSummary, LeftKind } from '../../src-shared/contract/import.ts'
import { formatBytes } from './format.ts'
import { formatTable } from './table.ts'

/** Why something was left, as a sentence's end: "12 histograms: …". */
const reasons: Record<LeftKind, string> = {
  histogram: 'histograms (distributions have no place in a curve)',
  image: 'images',
  audio: 'audio clips',
  text: 'texts',
  graph: 'model graphs',
  tensor: 'tensors that are no single number',
  session: 'session markers, which hold nothing',
  plugin: 'records of other plugins',
  notNumber: 'values that are no numbers',
  badStep: 'points whose step is no whole number from 0 on',
  sameStep: 'points that a later one at the same step replaces',
  brokenRecord: 'records whose checksum is wrong',
  cutOff: 'files that end within a record',
  artifact: 'artifacts (files)',
  model: 'logged models',
  dataset: 'records of datasets',
  trace: 'traces',
  deletedRun: 'runs that are deleted there',
  sameRun: 'runs that are in it twice',
  emptyRun: 'runs without a number or a parameter',
  nested: 'values that hold others',
  range: 'columns of minima and maxima',
  unreadable: 'files or lines that cannot be read',
  checkpoint: 'checkpoints whose weights are not those recorded',
}

const tables: Record<string, string> = {
  runs: 'runs',
  run_config: 'settings',
  run_tags: 'tags',
  jobs: 'attempts',
  series: 'series',
  points: 'points',
  predictions: 'predictions',
  attention_snapshots: 'attention maps',
  checkpoints: 'checkpoints recorded',
  system_samples: 'system samples',
  logs: 'log lines',
}

/** What an import came to, or would come to. */
export function describeImport(summary: ImportSummary): string {
  const { runs, taken, left, files, dryRun, suites, cells } = summary
  const of = (outcome: string) => runs.filter((run) => run.outcome === outcome)
  const [fresh, different] = [of('new'), of('different')]
  const verb = dryRun ? 'would be imported' : 'imported'
  const lines = [`${fresh.length} of ${runs.length} runs ${verb} (${summary.format})`]
  if (fresh.length > 0) {
    lines.push(
      '',
      formatTable(
        [
          { title: 'id', value: ({ id }) => id },
          { title: 'name', value: ({ name }) => name },
          { title: 'series', value: ({ series }) => String(series), align: 'right' },
          { title: 'points', value: ({ points }) => String(points), align: 'right' },
        ],
        fresh,
      ),
    )
  }
  if (taken.length > 0) {
    lines.push(
      '',
      `Taken: ${taken.map(({ table, n }) => `${n} ${tables[table] ?? table}`).join(', ')}`,
    )
  }
  if (suites + cells > 0) lines.push(`Suites: ${suites} new, with ${cells} cells that were missing`)
  if (files.n > 0) lines.push(`Checkpoint files: ${files.n}, ${formatBytes(files.bytes)}`)
  const present = of('present').length
  if (present > 0) lines.push(`Here already, unchanged: ${present}`)
  for (const { id, name } of of('deleted')) {
    lines.push(`Here already, but deleted: ${id} (${name}); virtlab delete --restore ${id}`)
  }
  for (const { id, name, differs } of different) {
    lines.push(
      `Not imported: ${id} (${name}) is here with other content (${differs.join(', ')});` +
        ` virtlab delete --purge ${id}, then import again`,
    )
  }
  if (left.length > 0) {
    lines.push('', 'Left:')
    for (const { kind, n, example } of left) {
      lines.push(`  ${n} ${reasons[kind]}${example === null ? '' : `, e.g. ${example}`}`)
    }
  }
  return lines.join('\n')
}
