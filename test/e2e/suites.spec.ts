import { strFromU8, unzipSync } from 'fflate'
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { openDataFolder } from '../../src-main/data-folder.ts'
import { openStore } from '../../src-main/store/open.ts'
import { addGenerality } from '../support/suite-store.ts'
import { expect, expectAccessible, test } from './fixtures.ts'

const students = ['Siamese', 'DeFormer', 'DiPair', 'Poly-encoder', 'ColBERT', 'VIRT-Encoder']
const results = (page: Page) => page.getByRole('group', { name: 'Results' }).getByRole('table')
const cells = (page: Page) => page.getByRole('table', { name: 'Cells' })
const stat = (page: Page, label: string) =>
  page.getByRole('main').locator('dl > div').filter({ hasText: label })

// A button on its way from one colour to the next has neither's contrast.
test.use({ contextOptions: { reducedMotion: 'reduce' } })

test('generality from the Suites page: started, stopped, gone on with, its table compiled', async ({
  app,
  page,
}) => {
  // 38 short trainings; a busy machine of two cores needs its time.
  test.setTimeout(25 * 60_000)

  await test.step('two trainers at once, a core for each', async () => {
    await app.go('/settings')
    await page.getByRole('textbox', { name: 'Runs trained at once' }).fill('2')
    await page.keyboard.press('Tab')
  })

  await test.step('the preview tells what will be trained', async () => {
    await app.go('/suites')
    await page.getByRole('button', { name: /^Generality/ }).click()
    await page.getByRole('textbox', { name: 'Seeds' }).fill('2')
    await page.getByRole('textbox', { name: 'Steps', exact: true }).fill('2')
    await page.getByRole('combobox', { name: 'Backend' }).click()
    await page.getByRole('option', { name: 'wasm' }).click()
    await expect(stat(page, 'Runs to train')).toContainText('38')
    await expect(stat(page, 'Cells')).toContainText('19')
    await expect(page.getByText('trained once a seed, teaches 12 cells')).toBeVisible()
    await expectAccessible(page)
  })

  await test.step('it begins; stopped, its running cell waits with a checkpoint', async () => {
    await page.getByRole('button', { name: 'Start' }).click()
    await expect(page).toHaveURL(/#\/suites\/\w+$/)
    await expect(
      page
        .getByRole('main')
        .getByText(/step \d of 2/)
        .first(),
    ).toBeVisible({ timeout: 60_000 })
    await page.getByRole('button', { name: 'Stop' }).click()
    await expect(page.getByRole('button', { name: 'Go on' }).first()).toBeVisible({
      timeout: 60_000,
    })
    await expectAccessible(page)
  })

  await test.step('it goes on to its end, and the table fills meanwhile', async () => {
    await page.getByRole('button', { name: 'Go on' }).first().click()
    await expect(results(page).getByRole('link').first()).toBeVisible({ timeout: 5 * 60_000 })
    await expect(page.getByText('38 of 38 done')).toBeVisible({ timeout: 20 * 60_000 })
  })

  await test.step('six rows by three columns, with intervals; every cell opens its runs', async () => {
    await expect(results(page).locator('tbody th')).toHaveText(students)
    const links = results(page).getByRole('link')
    await expect(links).toHaveCount(18)
    for (const link of await links.all()) {
      await expect(link).toHaveText(/^\d+\.\d\d \[−?\d+\.\d\d, \d+\.\d\d\]/)
      const { searchParams } = new URL((await link.getAttribute('href'))!.slice(1), 'http://app')
      expect(JSON.parse(searchParams.get('filter')!)).toMatchObject({ of: { length: 2 } })
    }
    await expect(cells(page).getByRole('link', { name: /seed \d · completed/ })).toHaveCount(38)
    await expectAccessible(page)
    await links.last().click()
    await expect(page).toHaveURL(/#\/runs\?.*filter=/)
    const runs = page.getByRole('grid').getByRole('row').filter({ hasText: 'virt_encoder/VIRT' })
    await expect(runs).toHaveCount(2)
    await page.goBack()
  })

  await test.step('as LaTeX, which compiles', async () => {
    await page.getByRole('link', { name: 'Open in Tables' }).click()
    await page.getByRole('button', { name: 'Export' }).click()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: 'LaTeX (booktabs)' }).click(),
    ])
    const files = unzipSync(readFileSync(await download.path()))
    const tex = strFromU8(files['generality.tex']!)
    for (const student of students) expect(tex).toContain(`\n${student} & `)
    const { runs } = JSON.parse(strFromU8(files['generality.provenance.json']!)) as {
      runs: unknown[]
    }
    expect(runs).toHaveLength(36)
    compile(tex)
  })

  await test.step('asked for again, nothing is left to train', async () => {
    await app.go('/suites/new?preset=generality')
    await page.getByRole('textbox', { name: 'Seeds' }).fill('2')
    await page.getByRole('textbox', { name: 'Steps', exact: true }).fill('2')
    await page.getByRole('combobox', { name: 'Backend' }).click()
    await page.getByRole('option', { name: 'wasm' }).click()
    await expect(page.getByText('This suite is there already')).toBeVisible()
    await expect(stat(page, 'Runs to train')).toContainText('0')
  })
})

/** Where there is LaTeX; else the report says that it was not. */
function compile(table: string): void {
  const found = spawnSync('kpsewhich', ['booktabs.sty']).status === 0
  if (!found || spawnSync('pdflatex', ['--version']).status !== 0) {
    test.info().annotations.push({ type: 'not compiled', description: 'there is no pdflatex' })
    return
  }
  const folder = mkdtempSync(join(tmpdir(), 'virtlab-latex-'))
  writeFileSync(join(folder, 'table.tex'), table)
  writeFileSync(
    join(folder, 'document.tex'),
    '\\documentclass{article}\n\\usepackage{booktabs,graphicx}\n' +
      '\\begin{document}\n\\input{table}\n\\end{document}\n',
  )
  const log = execFileSync(
    'pdflatex',
    ['-interaction=nonstopmode', '-halt-on-error', 'document.tex'],
    { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] },
  )
  expect(log).toContain('Output written on document.pdf (1 page')
  expect(log).not.toMatch(/Overfull \\hbox/)
}

const recipe = `name: towers
seeds: [1, 2]
defaults:
  data: { dataset: demo, xMaxLength: 16, yMaxLength: 16 }
runs:
  master: { model: { type: cross_encoder } }
factors:
  student:
    sbert: { model: { type: sbert } }
    dipair: { model: { type: dipair } }
    joint: { model: { type: cross_encoder } }
  distillation:
    plain: {}
    VIRT: { teacher: master, distillation: { virt: {} } }
`

test('an own recipe: what cannot be trained is told with its reason, and what is wrong at its line', async ({
  app,
  page,
}) => {
  await app.go('/suites')
  await page.getByRole('button', { name: /^An own recipe/ }).click()
  const text = page.getByRole('textbox', { name: /recipe/i })
  await text.fill(
    recipe.replace('sbert: { model: { type: sbert } }', 'sbert: { model: { typ: sbert } }'),
  )
  await expect(page.getByText(/unknown setting "model\.typ"|"typ"/).first()).toBeVisible()
  await expect(page.getByRole('button', { name: 'Start' })).toBeDisabled()

  await text.fill(recipe)
  await expect(stat(page, 'Runs to train')).toContainText('12')
  const reasons = page.getByRole('region', { name: 'What cannot be trained, and why' })
  await expect(reasons.getByRole('listitem')).toHaveCount(1)
  await expect(reasons).toContainText('joint/VIRT')
  await expect(page.getByText('trained once a seed, teaches 2 cells')).toBeVisible()
  await expectAccessible(page)

  await page.getByRole('textbox', { name: 'Seeds' }).fill('1,3,7')
  await expect(stat(page, 'Runs to train')).toContainText('18')
  await page.getByRole('textbox', { name: 'Seeds' }).fill('many')
  await expect(page.getByText('A number from 1 to 1000')).toBeVisible()
  await page.getByRole('textbox', { name: 'Seeds' }).fill('')
  await page.getByRole('textbox', { name: 'Settings over every run' }).fill('training.epoch=2')
  await expect(page.getByText('Did you mean "training.epochs"?')).toBeVisible()
})

test('a preset is handed over as text; data that there are not are told at their field', async ({
  app,
  page,
}) => {
  await app.go('/suites/new?preset=ablation')
  await expect(stat(page, 'Cells')).toContainText('5')
  await page.getByRole('combobox', { name: 'Data' }).fill('demmo')
  await expect(page.getByText('Did you mean "demo"?')).toBeVisible()
  await page.getByRole('combobox', { name: 'Data' }).fill('demo')
  await expect(page.getByRole('button', { name: 'Start' })).toBeEnabled()
  await page.getByRole('button', { name: 'Edit as YAML' }).click()
  await expect(page.getByRole('textbox', { name: /recipe/i })).toHaveValue(/without both/)
  await expect(stat(page, 'Runs to train')).toContainText('15')
})

const withFailure = test.extend<{ suite: string }>({
  suite: async ({ dataFolder }, use) => {
    const store = openStore(openDataFolder(dataFolder).database)
    const id = addGenerality(store, { students: ['bi_encoder', 'sbert'], seeds: 2 })
    for (const { name, runId } of store.suites.cells(store.suites.get(id).key)) {
      // Half done: those that waited were never begun.
      if (store.runs.get(runId!).status === 'queued') store.runs.setStatus(runId!, 'stopped')
      if (name !== 'bi_encoder/plain') continue
      const message = 'the disk is full'
      store.runs.setStatus(runId!, 'failed', { message, where: null, fix: null, stack: null })
    }
    store.close()
    await use(id)
  },
  // The app opens the folder once it is filled.
  runs: async ({ suite }, use) => {
    void suite
    await use(new Map())
  },
})

withFailure(
  'a failed cell is shown with its error and tried again alone',
  async ({ app, page, suite }) => {
    await app.go('/suites')
    await expect(page.getByText('2 failed')).toBeVisible()
    await app.go(`/suites/${suite}`)
    await expect(page.getByText('the disk is full')).toHaveCount(2)
    const again = page.getByRole('button', { name: 'Try again: bi_encoder/plain, seed 2' })
    await expect(again).toBeVisible()
    await expectAccessible(page)
    await again.click()
    await expect(page.getByText('1 run waits now', { exact: true })).toBeVisible()
    // The other seed is left as it is.
    await expect(page.getByText('the disk is full')).toHaveCount(1)
    await expect(cells(page).getByRole('link', { name: /plain, seed 1 · failed/ })).toBeVisible()
    await expect(
      cells(page).getByRole('link', { name: /plain, seed 2 · (waiting|running)/ }),
    ).toBeVisible()

    await page.getByRole('button', { name: 'Runs', exact: true }).click()
    await expect(page.getByText(/12 runs in 6 groups/)).toBeVisible()
    const grid = page.getByRole('grid')
    await expect(grid.getByRole('columnheader', { name: /student/ })).toBeVisible()
    await expect(grid.getByRole('row').filter({ hasText: 'logit KD' })).toHaveCount(2)
    await page.getByRole('button', { name: /^Filter/ }).click()
    await expect(page.getByRole('combobox', { name: 'Value' })).toHaveValue('generality-demo')
    await page.keyboard.press('Escape')
    await expectAccessible(page)
    await page.goBack()
    await page.getByRole('button', { name: 'Compare' }).click()
    await expect(page).toHaveURL(/#\/compare\?.*runs=/)
  },
)
