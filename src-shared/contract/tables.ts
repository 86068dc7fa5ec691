import { z } from 'zod'
import { evaluatedTable } from '../tables/evaluated.ts'
import { tableRecipe } from '../tables/recipe.ts'
import { call, done, nothing } from './call.ts'
import { exportFormats, file } from './export.ts'

const id = z.string().min(1)

export const savedTable = z.strictObject({
  id,
  recipe: tableRecipe,
  createdAt: z.int(),
  updatedAt: z.int(),
})

/** Something that can be a row, a column or a block. */
export const availableField = z.strictObject({
  field: z.string(),
  kind: z.enum(['factor', 'run', 'config']),
  /** Different values among the runs; the first of them. */
  distinct: z.int(),
  levels: z.array(z.string()),
})

export const tableCalls = {
  'tables.list': call(
    nothing,
    z.strictObject({
      tables: z.array(savedTable),
      presets: z.array(z.strictObject({ id, title: z.string(), summary: z.string() })),
    }),
  ),
  'tables.get': call(z.strictObject({ id }), savedTable),
  /** Without an id a new one. */
  'tables.save': call(z.strictObject({ id: id.optional(), recipe: tableRecipe }), savedTable),
  'tables.delete': call(z.strictObject({ id }), done),
  /** A table of the paper: of these suites, or of the newest ones that the preset of this name has made. */
  'tables.preset': call(
    z.strictObject({
      preset: id,
      suites: z.array(id).min(1).optional(),
      metric: z.string().optional(),
    }),
    z.strictObject({ recipe: tableRecipe }),
  ),
  /** What a table of these runs can be made of. */
  'tables.fields': call(
    z.strictObject({ runs: tableRecipe.shape.runs }),
    z.strictObject({
      fields: z.array(availableField),
      metrics: z.array(z.strictObject({ metric: z.string(), runs: z.int() })),
      runs: z.int(),
      suites: z.array(z.strictObject({ id, name: z.string(), preset: z.string().nullable() })),
      recipes: z.array(z.string()),
      tags: z.array(z.string()),
    }),
  ),
  'tables.evaluate': call(
    z.strictObject({ recipe: tableRecipe }),
    z.strictObject({ table: evaluatedTable }),
  ),
  /** The table, and beside it its footnote of runs, commits and settings: as JSON and as Markdown. */
  'tables.export': call(
    z.strictObject({
      recipe: tableRecipe,
      format: z.enum(exportFormats),
      siunitx: z.boolean().default(false),
    }),
    z.strictObject({ table: file, footnote: z.array(file) }),
  ),
  /** A recipe as YAML, and back; `problem` says what is wrong with a text. */
  'tables.write': call(
    z.strictObject({ recipe: tableRecipe }),
    z.strictObject({ yaml: z.string() }),
  ),
  'tables.read': call(
    z.strictObject({ yaml: z.string().max(200_000) }),
    z.strictObject({
      recipe: tableRecipe.nullable(),
      problem: z
        .strictObject({
          message: z.string(),
          where: z.string().nullable(),
          fix: z.string().nullable(),
        })
        .nullable(),
    }),
  ),
}

export type SavedTable = z.infer<typeof savedTable>
export type AvailableField = z.infer<typeof availableField>
