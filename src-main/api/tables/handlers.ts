import type { ExportFormat } from '../../../src-shared/contract/export.ts'
import type { TableRecipe } from '../../../src-shared/tables/recipe.ts'
import { UserError } from '../../../src-shared/errors.ts'
import { evaluateTable } from '../../tables/evaluate.ts'
import { toExportTable } from '../../tables/export-table.ts'
import { tableFields } from '../../tables/fields.ts'
import { presetTable, tablePresets } from '../../tables/presets/index.ts'
import { writeFootnote } from '../../tables/provenance.ts'
import { parseTableRecipe, tableRecipeToYaml } from '../../tables/recipe-file.ts'
import { createTestRunner } from '../../tables/run-test.ts'
import type { ApiContext, Handlers } from '../context.ts'
import { fileNameOf, render } from '../export.ts'

export function tableHandlers({
  core,
  events,
}: ApiContext): Handlers<
  | 'tables.list'
  | 'tables.get'
  | 'tables.save'
  | 'tables.delete'
  | 'tables.preset'
  | 'tables.fields'
  | 'tables.evaluate'
  | 'tables.export'
  | 'tables.write'
  | 'tables.read'
> {
  const { store } = core
  const tests = createTestRunner(store)
  const recipesOf = store.db
    .prepare<[], string>(
      `SELECT DISTINCT recipe FROM suites s JOIN runs r ON r.suite = s.key
       WHERE r.deleted_at IS NULL ORDER BY recipe COLLATE NOCASE`,
    )
    .pluck()
  const tagsOf = store.db
    .prepare<[], string>('SELECT DISTINCT tag FROM run_tags ORDER BY tag COLLATE NOCASE')
    .pluck()

  async function exported(recipe: TableRecipe, format: ExportFormat, siunitx: boolean) {
    const evaluated = await evaluateTable(store, recipe, tests)
    const name = fileNameOf(recipe.name)
    const table = await render(toExportTable(evaluated, recipe), format, name, { siunitx })
    const { json, markdown } = writeFootnote(store, recipe, evaluated, table.fileName)
    const beside = (extension: string, mimeType: string, text: string) => ({
      fileName: `${name}.provenance.${extension}`,
      mimeType,
      data: new Uint8Array(Buffer.from(text)),
    })
    return {
      table,
      footnote: [beside('json', 'application/json', json), beside('md', 'text/markdown', markdown)],
    }
  }

  return {
    'tables.list': () => ({
      tables: store.tables.list(),
      presets: tablePresets.map(({ id, title, summary }) => ({ id, title, summary })),
    }),
    'tables.get': ({ id }) => store.tables.get(id),
    'tables.save'({ id, recipe }) {
      const saved = store.tables.save(recipe, id)
      events.emit('tables.changed', {})
      return saved
    },
    'tables.delete'({ id }) {
      store.tables.delete(id)
      events.emit('tables.changed', {})
      return {}
    },
    'tables.preset'({ preset: id, suites, metric }) {
      const preset = tablePresets.find((one) => one.id === id)
      if (!preset) throw new UserError(`there is no preset "${id}"`)
      return { recipe: presetTable(store, preset, { suites, metric }) }
    },
    'tables.fields': ({ runs }) => ({
      ...tableFields(store, runs),
      suites: store.suites.list().map(({ id, recipe, preset }) => ({ id, name: recipe, preset })),
      recipes: recipesOf.all(),
      tags: tagsOf.all(),
    }),
    'tables.evaluate': async ({ recipe }) => ({
      table: await evaluateTable(store, recipe, tests),
    }),
    'tables.export': ({ recipe, format, siunitx }) => exported(recipe, format, siunitx),
    'tables.write': ({ recipe }) => ({ yaml: tableRecipeToYaml(recipe) }),
    'tables.read'({ yaml }) {
      try {
        return { recipe: parseTableRecipe(yaml, 'recipe'), problem: null }
      } catch (error) {
        if (!(error instanceof UserError)) throw error
        const { message, where = null, fix = null } = error
        return { recipe: null, problem: { message, where, fix } }
      }
    },
  }
}
