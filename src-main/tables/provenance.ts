import { flatten } from '../../src-shared/config/flatten.ts'
import { settingsOf, type RunRecord } from '../../src-shared/run-record.ts'
import type { EvaluatedTable } from '../../src-shared/tables/evaluated.ts'
import type { TableRecipe } from '../../src-shared/tables/recipe.ts'
import { escapeMarkdown } from '../export/markdown.ts'
import { currentProvenance } from '../provenance.ts'
import type { Store } from '../store/open.ts'
import { tableNotes, warningText } from './notes.ts'

/** Files beside an exported table: what it was made of, for programs and for people. */
export interface Footnote {
  json: string
  markdown: string
}

/**
 * Everything that leads from a printed number back to what was trained: every cell's runs, and for each run its
 * configuration, seed, commit, machine, teacher and the weights of its best checkpoint.
 */
export function writeFootnote(
  store: Store,
  recipe: TableRecipe,
  table: EvaluatedTable,
  fileName: string,
): Footnote {
  const ids = [...new Set(table.rows.flatMap(({ cells }) => cells.flatMap((cell) => cell.ids)))]
  const runs = ids.map((id) => store.runs.get(id))
  const made = currentProvenance(process.argv.slice(2))
  const at = new Date().toISOString()
  const cells = table.rows.flatMap((row) =>
    row.cells.map((cell, i) => ({
      row: row.labels.map(({ value }) => value),
      column: table.columns[i]?.labels.map(({ value }) => value) ?? [],
      value: table.values[row.value ?? table.columns[i]?.value ?? 0]?.metric ?? null,
      mean: cell.mean,
      std: cell.std,
      n: cell.n,
      interval95: cell.low === null ? null : [cell.low, cell.high],
      reference: cell.reference,
      best: cell.best,
      bold: cell.bold,
      runs: cell.ids,
    })),
  )
  const footnote = {
    table: fileName,
    at,
    virtlab: made.appVersion,
    commit: made.gitCommit,
    recipe,
    notes: tableNotes(table, recipe),
    warnings: table.warnings.map(warningText),
    cells,
    runs: runs.map((run) => describeRun(store, run)),
  }
  return { json: toJson(footnote), markdown: toMarkdown(footnote, runs) }
}

function describeRun(store: Store, run: RunRecord) {
  const best = store.details.checkpoint(run.key, 'best')
  return {
    id: run.id,
    name: run.name,
    seed: run.seed,
    status: run.status,
    recipe: run.recipe,
    suite: run.suiteId,
    teacher: run.teacherId,
    configHash: run.groupHash,
    commit: run.provenance.gitCommit,
    virtlab: run.provenance.appVersion,
    node: run.provenance.nodeVersion,
    host: run.provenance.host,
    command: ['virtlab', ...run.provenance.argv].join(' '),
    backend: run.backend,
    device: run.device,
    startedAt: run.startedAt && new Date(run.startedAt).toISOString(),
    endedAt: run.endedAt && new Date(run.endedAt).toISOString(),
    bestCheckpoint: best ? { step: best.step, sha256: best.sha256 } : null,
    config: settingsOf(run),
  }
}

/** JSON has no NaN and no infinity: texts. */
const toJson = (value: unknown): string =>
  `${JSON.stringify(value, (_, item: unknown) => (typeof item === 'number' && !Number.isFinite(item) ? String(item) : item), 2)}\n`

function toMarkdown(
  footnote: {
    table: string
    at: string
    virtlab: string
    commit: string | null
    recipe: TableRecipe
    notes: string[]
    warnings: string[]
    cells: { row: string[]; column: string[]; value: string | null; n: number; runs: string[] }[]
    runs: ReturnType<typeof describeRun>[]
  },
  records: readonly RunRecord[],
): string {
  const { recipe, notes, warnings, cells, runs } = footnote
  const line = (parts: (string | number | null)[]) =>
    `| ${parts.map((part) => escapeMarkdown(String(part ?? '–'))).join(' | ')} |\n`
  const groups = [...Map.groupBy(records, ({ groupHash }) => groupHash)]
  return [
    `# Where ${escapeMarkdown(footnote.table)} comes from\n`,
    `\nMade ${footnote.at} by Virtlab ${footnote.virtlab} (${footnote.commit ?? 'no git checkout'}).\n`,
    `\n## Reading it\n\n`,
    ...[...notes, ...warnings].map((text) => `- ${escapeMarkdown(text)}\n`),
    `\n## Cells\n\n`,
    line(['row', 'column', 'value', 'n', 'runs']),
    '| --- | --- | --- | ---: | --- |\n',
    ...cells
      .filter((cell) => cell.runs.length > 0)
      .map(({ row, column, value, n, runs: ids }) =>
        line([row.join(', '), column.join(', '), value, n, ids.join(' ')]),
      ),
    `\n## Runs\n\n`,
    line([
      'run',
      'name',
      'seed',
      'configuration',
      'commit',
      'Virtlab',
      'machine',
      'best checkpoint (sha256)',
    ]),
    '| --- | --- | ---: | --- | --- | --- | --- | --- |\n',
    ...runs.map((run) =>
      line([
        run.id,
        run.name,
        run.seed,
        run.configHash,
        run.commit,
        run.virtlab,
        [run.host, run.backend].filter(Boolean).join(', '),
        run.bestCheckpoint ? run.bestCheckpoint.sha256.slice(0, 16) : null,
      ]),
    ),
    `\n## Configurations\n`,
    ...groups.map(([hash, [run]]) => {
      const settings = [...flatten(settingsOf(run!))] // a group has runs
        .filter(([key]) => key !== 'training.seed')
        .map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`)
      return `\n### ${hash}\n\n\`\`\`yaml\n${settings.join('')}\`\`\`\n`
    }),
    `\n## Table recipe\n\n\`\`\`json\n${JSON.stringify(recipe, null, 2)}\n\`\`\`\n`,
  ].join('')
}
