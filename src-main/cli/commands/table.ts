import { existsSync } from 'node:fs'
import { parse } from 'node:path'
import { Option, type Command } from 'commander'
import { UserError } from '../../../src-shared/errors.ts'
import type { TableRecipe } from '../../../src-shared/tables/recipe.ts'
import { exporters } from '../../export/exporters.ts'
import type { Store } from '../../store/open.ts'
import { evaluateTable } from '../../tables/evaluate.ts'
import { toExportTable } from '../../tables/export-table.ts'
import { presetTable, tablePresets } from '../../tables/presets/index.ts'
import { writeFootnote } from '../../tables/provenance.ts'
import { loadTableRecipe, tableRecipeToYaml } from '../../tables/recipe-file.ts'
import { createTestRunner } from '../../tables/run-test.ts'
import { withCore } from '../context.ts'
import { formatResults } from '../result-table.ts'
import { formatTable } from '../table.ts'
import { writeOut } from '../write-out.ts'

interface TableOptions {
  format: string
  out?: string
  suite?: string[]
  metric?: string
  siunitx?: boolean
  save?: boolean
  list?: boolean
  recipe?: boolean
}

/** `virtlab table generality --format latex` */
export function addTable(program: Command): void {
  const formats = exporters.map(({ format, summary }) => `${format} (${summary})`)
  program
    .command('table')
    .description('A result table over seeds, with tests and marks; docs/tables.md.')
    .argument(
      '[table]',
      `a recipe file, a saved table, or a preset (${tablePresets.map(({ id }) => id).join(', ')})`,
    )
    .addOption(
      new Option('--format <format>', ['text (for the terminal)', ...formats].join(', '))
        .choices(['text', ...exporters.map(({ format }) => format)])
        .default('text'),
    )
    .option(
      '--out <file>',
      'write here; beside it a footnote of the runs, commits and settings it is made of (.provenance.json, .md)',
    )
    .option('--suite <suite...>', 'of these suites (id or name), whatever the recipe says')
    .option(
      '--metric <metric>',
      'presets: what is compared; default: test/accuracy, or dev/accuracy',
    )
    .option('--siunitx', 'latex: numbers in siunitx’s S columns')
    .option('--recipe', 'print the table’s recipe instead, to begin one of your own')
    .option('--save', 'keep the table in the data folder, for the app too')
    .option('--list', 'the presets and the saved tables')
    .action(async (name: string | undefined, options: TableOptions, command: Command) => {
      await withCore(command, async ({ store }) => {
        if (options.list) return console.log(listTables(store))
        const recipe = chooseTable(store, name, options)
        if (options.save) saveTable(store, recipe)
        if (options.recipe) return console.log(tableRecipeToYaml(recipe).trimEnd())
        await writeTable(store, recipe, options)
      })
    })
}

function chooseTable(
  store: Store,
  name: string | undefined,
  { suite: suites, metric }: TableOptions,
): TableRecipe {
  if (name === undefined) {
    throw new UserError('which table?', { fix: 'Name a file, a preset or a saved table; --list.' })
  }
  const isFile = existsSync(name) || /\.(ya?ml|json)$/i.test(name)
  const saved = isFile ? undefined : store.tables.find(name)
  const preset = tablePresets.find(({ id }) => id === name)
  if (!isFile && !saved && preset) return presetTable(store, preset, { suites, metric })
  if (metric !== undefined) {
    throw new UserError('--metric is for presets', {
      fix: 'Name the metric under `values` of the recipe.',
    })
  }
  const recipe = isFile ? loadTableRecipe(name) : saved?.recipe
  if (!recipe) {
    throw new UserError(`there is neither a file, a preset nor a saved table "${name}"`, {
      fix: 'virtlab table --list',
    })
  }
  if (!suites) return recipe
  const { statuses } = recipe.runs
  return { ...recipe, runs: { statuses, suites } }
}

function saveTable(store: Store, recipe: TableRecipe): void {
  const { id } = store.tables.save(recipe, store.tables.find(recipe.name)?.id)
  console.error(`Saved as ${recipe.name} (${id}).`)
}

function listTables({ tables }: Store): string {
  const rows = [
    ...tablePresets.map(({ id, summary }) => ({ id, kind: 'preset', what: summary })),
    ...tables.list().map(({ id, recipe }) => ({
      id,
      kind: 'saved',
      what: [recipe.name, recipe.title].filter(Boolean).join(': '),
    })),
  ]
  return formatTable(
    [
      { title: 'table', value: ({ id }) => id },
      { title: 'kind', value: ({ kind }) => kind },
      { title: 'what', value: ({ what }) => what },
    ],
    rows,
  )
}

async function writeTable(store: Store, recipe: TableRecipe, options: TableOptions): Promise<void> {
  const { format, out, siunitx = false } = options
  const table = await evaluateTable(store, recipe, createTestRunner(store))
  if (table.rows.length === 0) {
    throw new UserError('no run is in this table', {
      where: recipe.name,
      fix: 'Look at `runs` of its recipe (--recipe), or train some: virtlab suite run.',
    })
  }
  const exporter = exporters.find((one) => one.format === format)
  if (!exporter) {
    const text = formatResults(table, recipe, out === undefined && process.stdout.isTTY === true)
    await writeOut({ format: 'csv', mimeType: 'text/plain' }, [text], out)
  } else {
    await writeOut(exporter, exporter.render(toExportTable(table, recipe), { siunitx }), out)
  }
  if (out === undefined) return
  const { dir, name, base } = parse(out)
  const beside = `${dir ? `${dir}/` : ''}${name}.provenance`
  const footnote = writeFootnote(store, recipe, table, base)
  const text = { format: 'json', mimeType: 'text/plain' } as const
  await writeOut(text, [footnote.json], `${beside}.json`)
  await writeOut(text, [footnote.markdown], `${beside}.md`)
  console.error(`${out}, with ${beside}.json and .md: ${table.runs} runs.`)
}
