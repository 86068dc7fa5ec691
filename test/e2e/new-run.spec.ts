import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { expect, expectAccessible, test } from './fixtures.ts'

const yamlOf = (page: Page) => page.getByLabel('Recipe as YAML')
const showYaml = (page: Page) => page.getByRole('button', { name: 'YAML', exact: true }).click()
const showForm = (page: Page) => page.getByRole('button', { name: 'Form', exact: true }).click()
/** The control itself; the button that takes its value back names the setting too. */
const setting = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true })
const scope = (page: Page, name: string | RegExp) =>
  page.getByRole('navigation', { name: 'What is edited' }).getByRole('button', { name })

test.describe('New run, from nothing', () => {
  test('offers the presets of the paper, a copy, a file and an empty recipe', async ({
    app,
    page,
  }) => {
    await app.go('/new')
    await expect(
      page.getByRole('button', { name: /^VIRT: teacher, baseline, student/ }),
    ).toBeVisible()
    await expect(page.getByRole('button', { name: /^What of VIRT helps/ })).toBeVisible()
    await expect(page.getByRole('button', { name: 'Copy a run…' })).toBeVisible()
    await expectAccessible(page)
  })

  test('form and YAML are the same recipe, both ways, and comments stay', async ({ app, page }) => {
    await app.go('/new?preset=demo')
    await expect(scope(page, /^virt_encoder/)).toContainText('← teacher')

    await setting(page, 'Batch size').fill('16')
    await setting(page, 'Seeds').fill('1, 2')
    await setting(page, 'Seeds').press('Enter')
    await showYaml(page)
    await expect(yamlOf(page)).toHaveValue(/batchSize: 16/)
    await expect(yamlOf(page)).toHaveValue(/seeds: \[ 1, 2 \]/)

    const text = await yamlOf(page).inputValue()
    await yamlOf(page).fill(`# my note\n${text.replace('batchSize: 16', 'batchSize: 8')}`)
    await showForm(page)
    await expect(setting(page, 'Batch size')).toHaveValue('8')
    await setting(page, 'Batch size').fill('24')
    await showYaml(page)
    await expect(yamlOf(page)).toHaveValue(/^# my note[\s\S]*batchSize: 24/)
    await expectAccessible(page)
  })

  test('a student learns any mix from its teacher; what cannot apply says why', async ({
    app,
    page,
  }) => {
    await app.go('/new?preset=demo')
    await scope(page, /^virt_encoder/).click()
    const learns = (name: string) => page.getByRole('switch', { name, exact: true })
    await expect(learns('VIRT')).toBeChecked()
    await learns('Logit KD').click()
    await setting(page, 'Temperature').fill('2')
    await setting(page, 'Layers').fill('last 1')
    await setting(page, 'Layers').press('Enter')
    await expect(page.getByRole('button', { name: 'Start training' })).toBeEnabled()

    await scope(page, /^teacher/).click()
    await expect(learns('VIRT')).toBeDisabled()
    await expect(page.getByText(/A cross_encoder reads both texts together/).first()).toBeVisible()
    await expect(page.getByText('Choose a teacher first.').first()).toBeVisible()
    await expectAccessible(page)

    await showYaml(page)
    await expect(yamlOf(page)).toHaveValue(/logits: *\{? *\n? *temperature: 2/)
    await expect(yamlOf(page)).toHaveValue(/layers: last 1/)
  })

  test('what is wrong is told beside its field and at its line', async ({ app, page }) => {
    await app.go('/new?preset=demo')
    const start = page.getByRole('button', { name: 'Start training' })
    await expect(start).toBeEnabled()
    await setting(page, 'Batch size').fill('-3')
    await expect(setting(page, 'Batch size')).toHaveAttribute('aria-invalid', 'true')
    await expect(start).toBeDisabled()

    await showYaml(page)
    const text = await yamlOf(page).inputValue()
    const line = text.split('\n').findIndex((row) => row.includes('batchSize: -3')) + 1
    await expect(
      page.getByRole('button', { name: new RegExp(`^${line}:\\d+ .*batchSize`) }),
    ).toBeVisible()
    await yamlOf(page).fill('name: [broken\nruns:\n')
    await expect(page.getByRole('button', { name: /^\d+:\d+ / }).first()).toBeVisible()
    await showForm(page)
    await expect(page.getByRole('alert')).toContainText('The YAML has an error at line')
  })

  test('a reload keeps what was written; starting over can be undone', async ({ app, page }) => {
    await app.go('/new?preset=cross-encoder')
    await setting(page, 'Epochs').fill('11')
    await page.reload()
    await expect(setting(page, 'Epochs')).toHaveValue('11')
    await page.getByRole('button', { name: 'Start over' }).click()
    await expect(page.getByRole('heading', { name: 'Start from' })).toBeVisible()
    await page.getByRole('button', { name: 'Undo' }).click()
    await expect(setting(page, 'Epochs')).toHaveValue('11')
  })
})

test.describe('New run, on files', () => {
  // The served app reads in the home folder only.
  const folder = join(homedir(), `.virtlab-e2e-${process.pid}`)
  const file = join(folder, 'pairs.tsv')
  const vocab = join(folder, 'vocab.txt')
  test.beforeAll(() => {
    mkdirSync(folder, { recursive: true })
    const words = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', 'a', 'red', 'blue', 'fox', 'runs']
    writeFileSync(vocab, words.join('\n') + '\n')
    const rows = Array.from({ length: 60 }, (_, i) =>
      [
        'a red fox runs',
        i % 3 === 0 ? 'a blue fox' : 'a fox runs',
        i % 3 === 0 ? 'no' : 'yes',
      ].join('\t'),
    )
    writeFileSync(file, ['first\tsecond\tanswer', ...rows].join('\n') + '\n')
  })

  test.afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('maps columns, shows rows, labels and what truncation cuts', async ({ app, page }) => {
    await app.go(`/new?dataset=${encodeURIComponent(file)}`)
    await setting(page, 'Vocabulary').fill(vocab)
    await expect(page.getByText('The columns cannot be told')).toBeVisible()
    const choose = async (label: string, option: string) => {
      await page.getByRole('combobox', { name: label, exact: true }).click()
      await page.getByRole('option', { name: option }).first().click()
    }
    await choose('Columns', 'choose columns…')
    await choose('Text X', 'first')
    await choose('Text Y', 'second')
    await choose('Label', 'answer')

    const preview = page.locator('.preview')
    await expect(preview.getByText('60 of 60 rows')).toBeVisible()
    await expect(
      preview.getByRole('row', { name: /^2 a red fox runs a blue fox no/ }),
    ).toBeVisible()
    await expect(preview.getByRole('row', { name: /^yes 40/ })).toContainText('66.7 %')
    await expect(preview.getByText('Nothing is cut at 130.')).toBeVisible()
    await setting(page, 'Longest X').fill('5')
    await expect(
      preview.getByText(/^60 texts \(100.0 %\) are cut at 5: 60 tokens lost/),
    ).toBeVisible()

    const plan = page.locator('.plan')
    await expect(plan.getByText('3 trainings')).toBeVisible()
    await expect(plan.getByText(/≈ [\d.]+ (MiB|GiB)/)).toBeVisible()
    await expect(plan.getByText(/nothing is made up/)).toBeVisible()
    await expectAccessible(page)
  })

  test('says why a BERT folder cannot be trained from', async ({ app, page }) => {
    await app.go('/new?preset=virt')
    await setting(page, 'Pretrained BERT folder').fill(folder)
    await expect(page.locator('.facts.bad')).toContainText('config.json')
  })
})

test.describe('New run, from runs', () => {
  test.use({ seed: { seeds: 1, steps: 40 } })

  test('copies a run with its teacher, which is not trained again', async ({ app, page, runs }) => {
    await app.go(`/new?clone=${runs.get('virt_encoder-1')?.id}`)
    await expect(scope(page, /teacher.*trained already/s)).toBeVisible()
    await scope(page, /^virt_encoder/).click()
    await expect(page.getByRole('combobox', { name: 'Teacher' })).toContainText('teacher')
    await setting(page, 'Learning rate').fill('3e-4')
    await expect(page.locator('.plan').getByText('1 training', { exact: true })).toBeVisible()
  })

  test('a student takes a trained teacher, or none', async ({ app, page }) => {
    await app.go('/new?preset=demo')
    await scope(page, /^bi_encoder/).click()
    await page.getByRole('combobox', { name: 'Teacher' }).click()
    await page.getByRole('option', { name: 'A trained run…' }).click()
    await page.getByRole('dialog').locator('[data-run]').first().click()
    await expect(scope(page, /trained already/)).toBeVisible()
    await expect(setting(page, 'Weight α')).toBeVisible()
    await page.getByRole('combobox', { name: 'Teacher' }).click()
    await page.getByRole('option', { name: 'None' }).click()
    await expect(setting(page, 'Weight α')).toBeHidden()
  })
})
