import { strFromU8, unzipSync } from 'fflate'
import { readFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { openDataFolder } from '../../src-main/data-folder.ts'
import { openStore } from '../../src-main/store/open.ts'
import { addGenerality, addTrainedRun } from '../support/suite-store.ts'
import { expect, expectAccessible, test as base } from './fixtures.ts'

/**
 * The app over a suite of three students, each with three distillations and three seeds, and two systems that differ
 * (`systems`: the ids of their runs).
 */
const test = base.extend<{ systems: string[] }>({
  systems: async ({ dataFolder }, use) => {
    const store = openStore(openDataFolder(dataFolder).database)
    addGenerality(store)
    const ids = [1, 2, 3].flatMap((seed) => [
      addTrainedRun(store, { name: 'good', seed, model: 'sbert', share: 0.85, learningRate: 1e-4 }),
      addTrainedRun(store, { name: 'bad', seed, model: 'sbert', share: 0.65, learningRate: 2e-4 }),
    ])
    store.close()
    await use(ids.map(({ id }) => id))
  },
  // The app opens the folder once it is filled.
  runs: async ({ systems }, use) => {
    void systems
    await use(new Map())
  },
})

const results = (page: Page) => page.getByRole('table').last()
const shelf = (page: Page, name: string) => page.getByRole('list', { name, exact: true })
const fieldButton = (page: Page, field: string) => page.locator(`[data-field="${field}"]`)
const rowNames = (page: Page) => results(page).locator('tbody th').allInnerTexts()

test('built by drag and drop, saved, exported with its footnote; every cell opens its runs', async ({
  app,
  page,
}) => {
  await app.go('/tables')
  await page.getByRole('button', { name: 'An empty table' }).click()
  await expectAccessible(page)

  await fieldButton(page, 'factor.student').dragTo(page.locator('[data-shelf="rows"]'))
  await fieldButton(page, 'factor.distillation').dragTo(page.locator('[data-shelf="columns"]'))
  await fieldButton(page, 'test/accuracy').dragTo(page.locator('[data-shelf="values"]'))
  await expect(results(page).locator('tbody tr')).toHaveCount(3)
  expect(await rowNames(page)).toEqual(['bi_encoder', 'sbert', 'colbert'])
  await expect(results(page).locator('thead')).toContainText('logit KD')

  await page.getByRole('combobox', { name: 'Compare with' }).click()
  await page.getByRole('option', { name: 'plain' }).click()
  const virt = results(page).getByRole('row', { name: 'bi_encoder' }).getByRole('link').last()
  await expect(virt).toHaveText(/^8\d\.\d\d ± \d\.\d\d \(\+1\d\.\d\d\)\*$/)
  await expect(page.getByText(/\* differs from plain with p ≤ 0\.05/)).toBeVisible()
  await expectAccessible(page)

  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByRole('textbox', { name: 'Name' }).fill('students')
  await page.getByRole('dialog').getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Saved as students', { exact: true })).toBeVisible()
  await expect(page.getByText('Not saved')).toHaveCount(0)
  await page.reload()
  await expect(results(page).locator('tbody tr')).toHaveCount(3)

  await page.getByRole('button', { name: 'Export' }).click()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'LaTeX (booktabs)' }).click(),
  ])
  expect(download.suggestedFilename()).toBe('students-latex.zip')
  const files = unzipSync(readFileSync(await download.path()))
  expect(Object.keys(files).sort()).toEqual([
    'students.provenance.json',
    'students.provenance.md',
    'students.recipe.yaml',
    'students.tex',
  ])
  expect(strFromU8(files['students.tex']!)).toContain('\\toprule')

  await virt.click()
  await expect(page).toHaveURL(/#\/runs\?.*filter=/)
  await expect(page.getByText('bi_encoder/VIRT').first()).toBeVisible()
})

test('built by keyboard alone, and as text', async ({ app, page }) => {
  await app.go('/tables')
  await page.getByRole('button', { name: 'An empty table' }).press('Enter')

  await test.step('fields go to shelves by their keys and by their menu', async () => {
    await fieldButton(page, 'factor.distillation').press('r')
    await expect(shelf(page, 'Rows').getByRole('listitem')).toHaveCount(1)
    await fieldButton(page, 'test/accuracy').press('v')
    await fieldButton(page, 'factor.student').press('Enter')
    await page.getByRole('menuitem', { name: 'To the rows' }).press('Enter')
    await expect(results(page).locator('tbody tr')).toHaveCount(8)
    expect((await rowNames(page)).slice(0, 2)).toEqual(['plain', 'bi_encoder'])
  })

  await test.step('chips move by Alt and the arrow keys', async () => {
    const student = page.getByRole('button', { name: 'student, in Rows' })
    await student.press('Alt+ArrowLeft')
    await expect.poll(async () => (await rowNames(page))[0]).toBe('bi_encoder')
    await page.getByRole('button', { name: 'distillation, in Rows' }).press('Alt+ArrowDown')
    await expect(shelf(page, 'Columns').getByRole('listitem')).toHaveCount(1)
    await expect(page.getByRole('button', { name: 'distillation, in Columns' })).toBeFocused()
    await expect(results(page).locator('tbody tr')).toHaveCount(3)
  })

  await test.step('a title and labels are set in a chip', async () => {
    await page.getByRole('button', { name: 'student, in Rows' }).press('Enter')
    await page.getByRole('textbox', { name: 'Printed for bi_encoder' }).fill('Siamese')
    await page.keyboard.press('Escape')
    await expect(results(page).locator('tbody th').first()).toHaveText('Siamese')
  })

  await test.step('Delete takes a chip off', async () => {
    await page.getByRole('button', { name: 'distillation, in Columns' }).press('Delete')
    await expect(shelf(page, 'Columns').getByRole('listitem')).toHaveCount(0)
  })

  await test.step('the recipe as text', async () => {
    await page.getByRole('button', { name: 'More' }).press('Enter')
    await page.getByRole('menuitem', { name: 'Edit as YAML' }).press('Enter')
    const text = page.getByRole('textbox', { name: 'The table’s recipe' })
    await expect(text).toHaveValue(/factor\.student/)
    await text.fill('name: x\nrow: [model]')
    await page.getByRole('button', { name: 'Apply' }).click()
    await expect(page.getByText('unknown setting "row"')).toBeVisible()
    await text.fill('name: by-model\nrows: [model]\nvalues: [test/accuracy]\n')
    await page.getByRole('button', { name: 'Apply' }).click()
    await expect(page.getByRole('heading', { name: 'by-model' })).toBeVisible()
    await expect(results(page).locator('tbody tr')).toHaveCount(3)
  })
})

test(
  'copied, a table is text for spreadsheets and HTML for word processors',
  { tag: '@served' },
  async ({ app, page, context }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write'])
    await app.go('/tables')
    await page.getByRole('button', { name: /^Generality/ }).click()
    await expect(results(page).locator('tbody th').first()).toHaveText('Siamese')
    await page.getByRole('button', { name: 'Copy', exact: true }).click()
    await page
      .getByRole('menuitem', { name: 'Table, for spreadsheets and word processors' })
      .click()
    await expect(page.getByText('Copied', { exact: true })).toBeVisible()
    const copied = await page.evaluate(async () => {
      const [item] = await navigator.clipboard.read()
      const read = async (type: string) => (await item!.getType(type)).text()
      return { types: item!.types, text: await read('text/plain'), html: await read('text/html') }
    })
    expect([...copied.types].sort()).toEqual(['text/html', 'text/plain'])
    const lines = copied.text.trim().split(/\r?\n/)
    expect(new Set(lines.map((line) => line.split('\t').length)).size).toBe(1)
    expect(lines.find((line) => line.startsWith('Siamese\t'))).toMatch(
      /\t\d\d\.\d\d \[\d\d\.\d\d, \d\d\.\d\d\]/,
    )
    expect(copied.html).toMatch(/<table[^]*Siamese[^]*<\/table>/)
  },
)

test('a preset of the paper', async ({ app, page }) => {
  await app.go('/tables')
  await page.getByRole('button', { name: /^Generality/ }).click()
  await expect(results(page).locator('tbody th').first()).toHaveText('Siamese')
  await expect(page.getByText('21 runs, 3 still to come')).toBeVisible()
})

test('the Compare page says in plain words whether a difference is real', async ({
  app,
  page,
  systems,
}) => {
  await app.go(`/compare?tab=statistics&runs=${systems.join(',')}`)
  const answer = page.getByRole('tabpanel')
  await expect(answer.getByText(/^good is better: more than chance explains/)).toBeVisible()
  await expect(answer.getByRole('row', { name: /paired t/ })).toContainText('seeds')
  const overSeeds = answer.getByRole('row', { name: /Wilcoxon signed-rank over seeds/ })
  await expect(overSeeds).toContainText('too few data')
  await expectAccessible(page)
  await page.getByRole('combobox', { name: 'Metric' }).click()
  await page.getByRole('option', { name: 'test/loss' }).click()
  await expect(answer.getByText(/that it would be with other examples is not shown/)).toBeVisible()
})
