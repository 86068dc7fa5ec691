import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { bin } from '../support/cli.ts'
import { expect, expectAccessible, test } from './fixtures.ts'

const recipe = fileURLToPath(new URL('../../recipes/demo.yaml', import.meta.url))

// A button on its way from one colour to the next has neither's contrast.
test.use({ actionTimeout: 20_000, contextOptions: { reducedMotion: 'reduce' } })

test('trained models rank typed candidates and an index, side by side and timed', async ({
  app,
  page,
  dataFolder,
}) => {
  test.setTimeout(5 * 60_000)
  const virtlab = (...args: string[]) =>
    promisify(execFile)(process.execPath, [bin, ...args], {
      env: { ...process.env, VIRTLAB_DATA: dataFolder },
    })
  const lists = page.getByRole('list', { name: /ranked candidates$/ })

  await test.step('without a model it says so', async () => {
    await app.go('/playground')
    await expect(page.getByText('There is no trained model yet')).toBeVisible()
    await expectAccessible(page)
  })

  await test.step('the keyboard alone ranks typed lines', async () => {
    const set = ['training.maxSteps=4', 'training.evalEvery=4', 'backend=wasm']
    await virtlab('train', recipe, ...set.flatMap((setting) => ['--set', setting]))
    await app.go('/')
    await app.go('/playground')
    await page.getByRole('textbox', { name: 'Query (X)' }).fill('the train leaves at noon')
    const candidates = page.getByRole('textbox', { name: 'Candidates (Y)' })
    await candidates.fill('the train leaves at night\n\na cup of tea\nthe boat')
    await candidates.press('Control+Enter')
    await expect(lists).toHaveCount(1, { timeout: 60_000 })
    await expect(lists.first().locator(':scope > li')).toHaveCount(3)
    await expect(page.getByText('Encode X')).toBeVisible()
    await expect(page.getByText(/by same, 3 candidates/)).toBeVisible()
    await expectAccessible(page)
  })

  await test.step('a second model is set beside it; a cross-encoder reads both at once', async () => {
    const other = page.getByRole('combobox', { name: 'Compare with' })
    await other.click()
    await page.getByRole('option', { name: /teacher/ }).click()
    await page.getByRole('button', { name: 'Rank' }).click()
    await expect(lists).toHaveCount(2, { timeout: 60_000 })
    await expect(page.getByText('Both texts at once')).toBeVisible()
  })

  await test.step('the address is the whole question', async () => {
    await expect(page).toHaveURL(/other=/)
    await page.reload()
    await expect(page.getByRole('textbox', { name: 'Query (X)' })).toHaveValue(
      'the train leaves at noon',
    )
    await page.getByRole('button', { name: 'Rank' }).click()
    await expect(lists).toHaveCount(2, { timeout: 60_000 })
  })

  await test.step('an index answers from what it keeps of its candidates', async () => {
    const corpus = join(dataFolder, 'corpus.txt')
    writeFileSync(corpus, 'the train leaves\na cup of tea\nthe boat is late\nrain\n')
    const out = join(dataFolder, 'index')
    await virtlab('encode', '--run', 'virt_encoder', '--corpus', corpus, '--out', out)
    await page.getByText('An index', { exact: true }).click()
    await page.getByRole('textbox', { name: 'Folder of the index' }).fill(out)
    const model = page.getByRole('combobox', { name: 'Model', exact: true })
    await model.click()
    await page.getByRole('option', { name: /virt_encoder/ }).click()
    await page.getByRole('combobox', { name: 'Compare with' }).click()
    await page.getByRole('option', { name: 'No other' }).click()
    await page.getByRole('button', { name: 'Rank' }).click()
    await expect(page.getByText('cached')).toBeVisible({ timeout: 60_000 })
    await expect(lists.first().locator(':scope > li')).toHaveCount(4)
    await expectAccessible(page)
  })
})
