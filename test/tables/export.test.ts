import { execFileSync, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse as parseCsv } from 'csv-parse/sync'
import { strFromU8, unzipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { exporters } from '../../src-main/export/exporters.ts'
import type { ExportOptions, ExportTable } from '../../src-main/export/table.ts'
import { evaluateTable } from '../../src-main/tables/evaluate.ts'
import { toExportTable } from '../../src-main/tables/export-table.ts'
import { presetTable, tablePresets } from '../../src-main/tables/presets/index.ts'
import { writeFootnote } from '../../src-main/tables/provenance.ts'
import { createTestRunner } from '../../src-main/tables/run-test.ts'
import type { ExportFormat } from '../../src-shared/contract/export.ts'
import { tableRecipe } from '../../src-shared/tables/recipe.ts'
import { temporaryStore } from '../support/stored-run.ts'
import { addGenerality, addTrainedRun } from '../support/suite-store.ts'
import { temporaryFolder } from '../support/temporary.ts'

async function render(
  table: ExportTable,
  format: ExportFormat,
  options: ExportOptions = {},
): Promise<Buffer> {
  const exporter = exporters.find((one) => one.format === format)!
  const parts: Buffer[] = []
  for await (const part of exporter.render(table, options)) parts.push(Buffer.from(part))
  return Buffer.concat(parts)
}

const text = async (...of: Parameters<typeof render>) => (await render(...of)).toString()

/** The paper's table of students and distillations, in blocks and with two values. */
async function generalityTable(change: object = {}) {
  const store = temporaryStore()
  addGenerality(store)
  const recipe = tableRecipe.parse({
    name: 'generality',
    title: 'Students & <distillations>, 100 %',
    label: 'tab:generality',
    runs: { preset: 'generality' },
    group: [{ field: 'factor.student', title: 'Student', labels: { bi_encoder: '=Siamese_1' } }],
    rows: [{ field: 'factor.distillation', title: 'Distillation' }],
    columns: [{ field: 'data', title: 'Dataset' }],
    values: [
      { metric: 'test/accuracy', title: 'Acc.' },
      { metric: 'test/loss', title: 'Loss' },
    ],
    reference: { at: { 'factor.distillation': 'plain' } },
    ...change,
  })
  const evaluated = await evaluateTable(store, recipe, createTestRunner(store))
  return { store, recipe, evaluated, table: toExportTable(evaluated, recipe) }
}

describe('csv', () => {
  it('holds every number at full precision, and no formula', async () => {
    const { table, evaluated } = await generalityTable()
    const rows = parseCsv<Record<string, string>>(await text(table, 'csv'), { columns: true })
    expect(Object.keys(rows[0]!)).toEqual([
      'Student',
      'Distillation',
      ...['test/accuracy', 'test/loss'].flatMap((metric) =>
        ['mean', 'std', 'n', 'low', 'high', 'delta', 'p'].map((part) => `demo / ${metric}.${part}`),
      ),
    ])
    expect(rows[0]!['Student']).toBe("'=Siamese_1")
    expect(Number(rows[2]!['demo / test/accuracy.mean'])).toBe(evaluated.rows[2]!.cells[0]!.mean)
    expect(Number(rows[2]!['demo / test/accuracy.p'])).toBe(
      evaluated.rows[2]!.cells[0]!.reference!.pAdjusted,
    )
  })
})

describe('json', () => {
  it('is a list of rows with their numbers', async () => {
    const { table, evaluated } = await generalityTable()
    const rows = JSON.parse(await text(table, 'json')) as Record<string, { mean: number }>[]
    expect(rows).toHaveLength(9)
    expect(rows[0]!['demo / test/accuracy']).toMatchObject({
      mean: evaluated.rows[0]!.cells[0]!.mean,
      n: 3,
      bold: false,
    })
  })
})

describe('markdown', () => {
  it('has caption, one row of titles, marks and notes', async () => {
    const { table } = await generalityTable()
    const lines = (await text(table, 'md')).split('\n')
    expect(lines[0]).toBe('Students \\& \\<distillations\\>, 100 %')
    expect(lines[2]).toBe('| Student | Distillation | demo / Acc. | demo / Loss |')
    expect(lines[6]).toMatch(
      /^\| =Siamese\\_1 \| VIRT \| \*\*8\d\.\d\d ± \d\.\d\d\*\* \(\+\d+\.\d\d\)\\\* \| /,
    )
    expect(lines.some((line) => line.startsWith('Bold: the best of its column'))).toBe(true)
  })
})

describe('html', () => {
  it('joins equal labels and escapes what a user typed', async () => {
    const { table } = await generalityTable()
    const page = await text(table, 'html')
    expect(page).toContain('<caption>Students &amp; &lt;distillations&gt;, 100 %</caption>')
    expect(page.match(/<th scope="row" rowspan="3">=Siamese_1<\/th>/g)).toHaveLength(1)
    expect(page).toContain('<th class="number" colspan="2">demo</th>')
    expect(page).toContain('<tr class="block">')
    expect(page).toMatch(/<td class="number"><b>8\d\.\d\d ± \d\.\d\d<\/b> <small>/)
    expect(page).not.toMatch(/<script|http/)
  })
})

describe('xlsx', () => {
  it('is a workbook whose numbers are numbers and whose formulas are texts', async () => {
    const { table, evaluated } = await generalityTable()
    const files = unzipSync(await render(table, 'xlsx'))
    const sheet = strFromU8(files['xl/worksheets/sheet1.xml']!)
    const shared = files['xl/sharedStrings.xml']
    const strings = shared ? strFromU8(shared) : sheet
    expect(sheet).toContain(`<v>${evaluated.rows[0]!.cells[0]!.mean}</v>`)
    expect(strings).toContain('=Siamese_1')
    expect(sheet).not.toContain('<f>')
    expect(sheet).toContain('<mergeCell ')
  })
})

describe('tsv', () => {
  it('has one line a row, as printed', async () => {
    const { table } = await generalityTable()
    const lines = (await text(table, 'tsv')).trimEnd().split('\n')
    expect(lines).toHaveLength(10)
    expect(lines.every((line) => line.split('\t').length === 4)).toBe(true)
    expect(lines[1]!.split('\t')[0]).toBe("'=Siamese_1")
  })
})

describe('latex', () => {
  it('has titles over titles, blocks in multirow with rules between, and an escaped caption', async () => {
    const { table } = await generalityTable()
    const source = await text(table, 'latex')
    expect(source).toContain(
      '\\caption{Students \\& \\textless{}distillations\\textgreater{}, 100 \\%}',
    )
    expect(source).toContain('\\label{tab:generality}')
    expect(source).toContain(' &  & \\multicolumn{2}{c}{demo} \\\\\n\\cmidrule(lr){3-4}\n')
    expect(source).toContain('\\multirow{3}{*}{=Siamese\\_1} & plain & ')
    expect(source.match(/\\midrule/g)).toHaveLength(3)
    expect(source).toMatch(/\\textbf\{8\d\.\d\d \$\\pm\$ \d\.\d\d\}/)
  })

  it('can put its numbers into siunitx’s columns', async () => {
    const { table } = await generalityTable()
    const source = await text(table, 'latex', { siunitx: true })
    expect(source).toMatch(/S\[table-format=2\.2\(3\)/)
    expect(source).toMatch(/\\bfseries 8\d\.\d\d \+- \d\.\d\d \{/)
  })
})

/** Debian: texlive-latex-recommended, texlive-latex-extra and texlive-science. */
describe.skipIf(!hasLatex())('pdflatex', () => {
  it.each([
    ['plain', {}, {}],
    ['siunitx', {}, { siunitx: true }],
    [
      'intervals, values on rows, n',
      { spread: 'interval', valuesOn: 'rows', showN: true },
      { siunitx: true },
    ],
    ['texts with every sign of LaTeX', { title: '\\~^<>|`"[*]{}$&#_% ≤ ± − Δ α ×' }, {}],
  ])('sets it: %s', async (_, change, options) => {
    const { table } = await generalityTable(change)
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'table.tex'), await render(table, 'latex', options))
    writeFileSync(
      join(folder, 'document.tex'),
      '\\documentclass{article}\n\\usepackage[utf8]{inputenc}\n' +
        '\\usepackage{booktabs,graphicx,multirow,siunitx}\n' +
        '\\begin{document}\n\\input{table.tex}\n\\end{document}\n',
    )
    const log = execFileSync(
      'pdflatex',
      ['-interaction=nonstopmode', '-halt-on-error', 'document.tex'],
      { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
    )
    expect(log).toContain('Output written on document.pdf')
    expect(log).not.toMatch(/^!|Undefined control sequence|Missing character|Overfull \\hbox/m)
  })
})
if (!hasLatex()) {
  it.skip('LaTeX is not compiled: there is no pdflatex with booktabs, multirow and siunitx', () => {})
}

function hasLatex(): boolean {
  const found = ['booktabs', 'multirow', 'siunitx'].every(
    (name) => spawnSync('kpsewhich', [`${name}.sty`]).status === 0,
  )
  return found && spawnSync('pdflatex', ['--version']).status === 0
}

describe('the footnote', () => {
  it('leads from every cell to its runs, and from every run to settings, commit and weights', async () => {
    const { store, recipe, evaluated } = await generalityTable()
    const { json, markdown } = writeFootnote(store, recipe, evaluated, 'generality.tex')
    const footnote = JSON.parse(json) as {
      virtlab: string
      commit: string | null
      recipe: unknown
      cells: { runs: string[]; mean: number | null }[]
      runs: {
        id: string
        seed: number
        configHash: string
        config: unknown
        bestCheckpoint: object
      }[]
    }
    expect(tableRecipe.parse(footnote.recipe)).toEqual(recipe)
    const used = new Set(footnote.cells.flatMap((cell) => cell.runs))
    expect(new Set(footnote.runs.map(({ id }) => id))).toEqual(used)
    expect(footnote.runs).toHaveLength(evaluated.runs)
    for (const { id, config, configHash, bestCheckpoint } of footnote.runs) {
      const run = store.runs.get(id)
      expect(config).toEqual(run.config)
      expect(configHash).toBe(run.groupHash)
      expect(bestCheckpoint).toMatchObject({ step: 100 })
      expect(markdown).toContain(id)
      expect(markdown).toContain(configHash)
    }
  })
})

describe('the paper’s tables', () => {
  it.each(tablePresets.map((preset) => [preset.id, preset] as const))(
    '%s can be made where no suite is, and says which one it would be of',
    async (id, preset) => {
      const store = temporaryStore()
      const recipe = presetTable(store, preset)
      expect(recipe.runs.preset).toBe(id)
      const table = await evaluateTable(store, recipe, createTestRunner(store))
      expect(table.rows).toEqual([])
    },
  )

  it('main results: every model, F1 only where there is one, speed-up over the cross-encoder', async () => {
    const store = temporaryStore()
    const suite = store.suites.create({
      recipe: 'main-demo',
      path: null,
      text: null,
      preset: 'main',
      planHash: 'x',
    })
    for (const model of ['cross_encoder', 'sbert'] as const) {
      const run = addTrainedRun(store, {
        name: model,
        seed: 1,
        model,
        share: 0.8,
        suiteId: suite.id,
      })
      store.suites.addCells(suite.key, [
        {
          name: model,
          seed: 1,
          levels: { model },
          teacher: null,
          trialOf: null,
          config: run.config,
          runId: run.id,
          reused: false,
          reason: null,
        },
      ])
    }
    const preset = tablePresets.find(({ id }) => id === 'main')!
    const recipe = presetTable(store, preset)
    const table = await evaluateTable(store, recipe, createTestRunner(store))
    expect(table.columns.map(({ value }) => table.values[value!]!.title)).toEqual([
      'Acc.',
      'Speed-up',
    ])
    expect(table.rows[1]!.cells[1]!.text!.mean).toBe('16.0')
  })

  it('compares dev scores where no run has a test split', () => {
    const store = temporaryStore()
    const suite = store.suites.create({
      recipe: 'a',
      path: null,
      text: null,
      preset: 'ablation',
      planHash: 'x',
    })
    const run = addTrainedRun(store, { name: 'full', seed: 1, model: 'sbert', share: 0.8 })
    store.db.prepare(`DELETE FROM series WHERE name LIKE 'test/%'`).run()
    store.suites.addCells(suite.key, [
      {
        name: 'full',
        seed: 1,
        levels: { variant: 'full' },
        teacher: null,
        trialOf: null,
        config: run.config,
        runId: run.id,
        reused: false,
        reason: null,
      },
    ])
    const preset = tablePresets.find(({ id }) => id === 'ablation')!
    expect(presetTable(store, preset).values[0]?.metric).toBe('dev/accuracy')
  })
})
