import { expect, test } from 'vitest'
import { escapeMarkdown } from '../../src-main/export/markdown.ts'
import { describeSettings } from '../../src-shared/config/describe-settings.ts'
import { leafPaths } from '../../src-shared/config/schema-path.ts'
import { runConfig } from '../../src-shared/config/run.ts'

test('every setting is described', () => {
  const settings = describeSettings()
  expect(settings.map(({ path }) => path)).toEqual(leafPaths(runConfig))
  expect(settings.find(({ path }) => path === 'distillation.virt.alpha')).toEqual({
    path: 'distillation.virt.alpha',
    type: 'number ≥ 0',
    default: '0.4',
    required: false,
    description: 'Weight: L = CE + α·L_virt',
  })
})

test('docs/settings.md is what the schema says (npx vitest run test/recipe -u writes it)', async () => {
  const rows = describeSettings().map(({ path, type, default: value, required, description }) => {
    const cells = [`\`${path}\``, escapeMarkdown(type), value === undefined ? '' : `\`${value}\``]
    return `| ${cells.join(' | ')} | ${required ? '**Required.** ' : ''}${escapeMarkdown(description)} |`
  })
  const page = `# Settings of a run

Made from the schema (src-shared/config) by test/recipe/settings-docs.test.ts; do not edit. A recipe writes
them nested, \`--set\` writes them as they stand here. How recipes work: cli.md.

| setting | type | default | meaning |
| --- | --- | --- | --- |
${rows.join('\n')}
`
  await expect(page).toMatchFileSnapshot('../../docs/settings.md')
})
