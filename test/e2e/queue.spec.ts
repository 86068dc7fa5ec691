import type { Page } from '@playwright/test'
import { expect, expectAccessible, test } from './fixtures.ts'

const rows = (page: Page) => page.getByRole('list', { name: 'Waiting' }).getByRole('listitem')
const names = (page: Page) =>
  rows(page).evaluateAll((items) =>
    items.map((item) => (item.querySelector('.run')?.textContent ?? '').replace(/ · .*seed /, ' ')),
  )

/** The demo with two seeds, begun by hand: one is trained, five wait. */
async function startDemo(page: Page, go: (path: string) => Promise<void>) {
  await go('/new?preset=demo')
  await page.getByRole('textbox', { name: 'Seeds' }).fill('1, 2')
  await page.getByRole('textbox', { name: 'Seeds' }).press('Enter')
  await expect(page.locator('.plan').getByText('6 trainings')).toBeVisible()
  await page.getByRole('button', { name: 'Start training' }).click()
  await expect(page).toHaveURL(/#\/queue/)
  await expect(rows(page)).toHaveCount(5)
}

test('an empty queue says what to do', async ({ app, page }) => {
  await app.go('/queue')
  await expect(page.getByText('Nothing waits')).toBeVisible()
  await expectAccessible(page)
})

test.describe.configure({ timeout: 240_000 })

test('runs wait for their teachers, are moved, taken out and put back, and stopped', async ({
  app,
  page,
}) => {
  await startDemo(page, app.go)
  await expect(rows(page).filter({ hasText: 'which is being trained' })).toHaveCount(1)
  await expect(rows(page).filter({ hasText: 'which waits too' })).toHaveCount(1)
  await expect(page.getByText(/\d+ of 750/).first()).toBeVisible({ timeout: 90_000 })
  await expectAccessible(page)

  await test.step('keyboard', async () => {
    const before = await names(page)
    await rows(page).nth(1).getByRole('link').first().focus()
    await page.keyboard.press('Alt+ArrowUp')
    await expect.poll(() => names(page)).toEqual([before[1], before[0], ...before.slice(2)])
    await expect(page.getByRole('status').filter({ hasText: 'place 1 of 5' })).toBeAttached()
  })

  await test.step('dragging', async () => {
    const before = await names(page)
    await rows(page).nth(3).dragTo(rows(page).nth(0))
    await expect
      .poll(() => names(page))
      .toEqual([before[3], ...before.slice(0, 3), ...before.slice(4)])
  })

  await test.step('pausing', async () => {
    await page.getByRole('button', { name: 'Pause' }).click()
    await expect(page.getByText('Paused', { exact: true })).toBeVisible()
    await page.getByRole('main').click()
    await page.keyboard.press('p')
    await expect(page.getByText('Paused', { exact: true })).toBeHidden()
  })

  await test.step('taking out, with undo', async () => {
    await page.getByRole('button', { name: 'Take all out' }).click()
    await expect(page.getByText('Nothing waits')).toBeVisible()
    await page.getByRole('button', { name: 'Undo' }).click()
    await expect(rows(page)).toHaveCount(5)
    await page.getByRole('button', { name: 'Take all out' }).click()
    await expect(page.getByText('Nothing waits')).toBeVisible()
  })

  await test.step('stopping with a checkpoint', async () => {
    await page.getByRole('button', { name: 'Stop with a checkpoint' }).click()
    await expect(page.getByText('Nothing is being trained')).toBeVisible({ timeout: 60_000 })
    await expect(page.getByRole('listitem').filter({ hasText: 'Stopped' })).toHaveCount(6)
  })
})
