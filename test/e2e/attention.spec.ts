import type { Page } from '@playwright/test'
import { readFileSync } from 'node:fs'
import { expect, expectAccessible, test } from './fixtures.ts'

const view = (page: Page) => page.locator('[data-shown]')
const map = (page: Page, name: string) => page.getByRole('figure', { name, exact: true })

test.describe('attention of a student and its teacher', () => {
  test.use({ seed: { seeds: 1, steps: 40 } })

  test('opens on a run that has maps: teacher, student, difference over the words', async ({
    app,
    page,
  }) => {
    await app.go('/attention')
    await expect(map(page, 'Teacher, layer 2, head 1')).toBeVisible()
    await expect(map(page, 'Student’s virtual map, layer 2, head 1')).toBeVisible()
    await expect(map(page, 'Student − teacher, layer 2, head 1')).toBeVisible()
    await expect(page.getByRole('button', { name: /^Head \d, TV 0\.\d+/ })).toHaveCount(2)
    await expect(page.getByRole('table').getByRole('row')).toHaveCount(21)
  })

  test('arrow keys go through layers and heads, and the address follows', async ({ app, page }) => {
    await app.go('/attention')
    await expect(view(page)).toHaveAttribute('data-shown', '2/1')
    await page.keyboard.press('ArrowRight')
    await expect(view(page)).toHaveAttribute('data-shown', '2/2')
    await page.keyboard.press('ArrowDown')
    await expect(view(page)).toHaveAttribute('data-shown', '1/2')
    await expect(page).toHaveURL(/layer=1/)
    await page.reload()
    await expect(view(page)).toHaveAttribute('data-shown', '1/2')
  })

  test('the slider goes back in training; at its end it stays with the newest', async ({
    app,
    page,
  }) => {
    await app.go('/attention')
    const slider = page.getByRole('slider', { name: 'Step' })
    await expect(slider).toHaveAttribute('aria-valuetext', 'step 40')
    await slider.press('Home')
    await expect(slider).toHaveAttribute('aria-valuetext', 'step 10')
    await expect(page).toHaveURL(/step=10/)
    await slider.press('End')
    await expect(page).not.toHaveURL(/step=/)
  })

  test('pointing at a cell reads its value in all maps at once', async ({ app, page }) => {
    await app.go('/attention')
    const teacher = map(page, 'Teacher, layer 2, head 1')
    await teacher.getByRole('img').first().focus()
    await page.keyboard.press('ArrowRight')
    await expect(teacher.getByText(/^the → train: \d+\.\d %$/)).toBeVisible()
    const difference = page.getByRole('figure', { name: /^Student − teacher/ })
    await expect(difference.getByText(/^the → train: [+−]\d+\.\d pp$/)).toBeVisible()
  })

  test('a word that is pressed stays chosen', async ({ app, page }) => {
    await app.go('/attention?direction=both')
    const words = page.getByRole('group', { name: 'Words of Y; press one to keep it' })
    await words.getByRole('button', { name: 'station' }).click()
    await expect(page).toHaveURL(/word=y8/)
    await expect(page.getByText('what “station” attends to')).toBeVisible()
  })

  test('distances by layer and head choose the map', async ({ app, page }) => {
    await app.go('/attention')
    const grid = page.getByRole('figure', { name: /^By layer and head at step 40/ })
    // Comes when it is near the screen.
    await page.getByRole('table').scrollIntoViewIfNeeded()
    await expect(grid).toBeVisible()
    await expect(page.getByRole('figure', { name: 'Over training, by layer' })).toBeVisible()
    await grid.getByRole('img').first().focus()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Enter')
    await expect(view(page)).toHaveAttribute('data-shown', '1/2')
  })

  test('a map is taken away as data', async ({ app, page }) => {
    await app.go('/attention')
    await page
      .getByRole('button', { name: 'Teacher, layer 2, head 1: Chart actions', exact: true })
      .click()
    const download = page.waitForEvent('download')
    await page.getByRole('menuitem', { name: 'Save data as CSV' }).click()
    const rows = readFileSync(await (await download).path(), 'utf8')
      .trim()
      .split('\r\n')
    expect(rows).toHaveLength(11)
    const weights = rows[1]?.split(',').slice(1).map(Number) ?? []
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 2)
  })

  for (const theme of ['light', 'dark'] as const) {
    test(`axe finds nothing serious with everything on screen (${theme})`, async ({
      app,
      page,
    }) => {
      await page.emulateMedia({ colorScheme: theme })
      await app.go('/attention?direction=both&heads=difference&word=x2')
      await page.getByRole('table').first().scrollIntoViewIfNeeded()
      await expect(page.getByRole('figure', { name: /^Over training/ })).toBeVisible()
      await expectAccessible(page)
    })
  }
})

test.describe('where there is nothing to see', () => {
  test('without runs it says what to do', async ({ app, page }) => {
    await app.go('/attention')
    await page.getByRole('main').getByRole('button', { name: 'New run' }).click()
    await expect(page).toHaveURL(/#\/new/)
  })

  test.describe('a run without maps', () => {
    test.use({ seed: { seeds: 1, steps: 40 } })
    test('offers a pair of one’s own', async ({ app, page, runs }) => {
      await app.go(`/attention?run=${runs.get('bi_encoder-1')?.id}`)
      await expect(page.getByText('This run has kept no attention')).toBeVisible()
      await page
        .getByRole('main')
        .getByRole('button', { name: 'A pair of your own' })
        .last()
        .click()
      await expect(page.getByRole('textbox', { name: 'X' })).toBeVisible()
      await expect(page.getByRole('button', { name: 'Show attention' })).toBeDisabled()
    })
  })
})
