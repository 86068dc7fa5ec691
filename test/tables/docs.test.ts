import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { exporters } from '../../src-main/export/exporters.ts'
import { parseTableRecipe } from '../../src-main/tables/recipe-file.ts'
import { leafPaths } from '../../src-shared/config/schema-path.ts'
import { pairedTestKeys } from '../../src-shared/statistics.ts'
import { plainFields, tableRecipe } from '../../src-shared/tables/recipe.ts'

const docs = readFileSync(new URL('../../docs/tables.md', import.meta.url), 'utf8')

it('docs/tables.md names every key of a recipe, every field, every format', () => {
  const keys = leafPaths(tableRecipe).flatMap((path) => path.split('.'))
  const formats = exporters.map(({ format }) => format)
  const missing = [...new Set([...keys, ...plainFields, ...formats])].filter(
    (name) => !new RegExp(`\\b${name}\\b`).test(docs),
  )
  expect(missing).toEqual([])
})

it('its example is a recipe', () => {
  const [, yaml = ''] = /```yaml\n([^`]+)```/.exec(docs) ?? []
  expect(parseTableRecipe(yaml, 'docs/tables.md')).toMatchObject({ name: 'students' })
})

it('docs/statistics.md tells of every test', () => {
  const statistics = readFileSync(new URL('../../docs/statistics.md', import.meta.url), 'utf8')
  const words = {
    approximate_randomization: 'Approximate randomization',
    paired_bootstrap: 'Paired bootstrap',
    mcnemar_exact: 'McNemar',
    mcnemar_chi2: 'χ²',
    wilcoxon_examples: 'Wilcoxon',
    wilcoxon: 'Wilcoxon',
    paired_t: 'paired t',
  }
  for (const key of pairedTestKeys) expect(statistics).toContain(words[key])
})
