import { expect, expectAccessible, test } from './fixtures.ts'

test('theme and language hold at once, and after a reload', async ({ app, page }) => {
  await app.go('/settings')
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Dark', exact: true }).click()
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await expectAccessible(page)
  await page.getByRole('button', { name: '简体中文' }).click()
  await expect(page.getByRole('heading', { name: '设置' })).toBeVisible()
  await page.reload()
  await expect(page.getByRole('heading', { name: '设置' })).toBeVisible()
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
})

test('the doctor says of every backend whether it is usable, and if not why', async ({
  app,
  page,
}) => {
  await app.go('/settings?tab=backends')
  for (const name of ['tensorflow', 'webgpu', 'wasm', 'cpu']) {
    const card = page.locator(`[data-backend=${name}]`)
    await expect(card).toBeVisible({ timeout: 90_000 })
    if ((await card.getByText('Not usable').count()) > 0) await expect(card).toContainText('Why:')
    else await expect(card).toContainText('GFLOP/s')
  }
  await expect(page.locator('[data-backend=wasm]')).toContainText('Usable')
  await expectAccessible(page)
})

test('folders are allowed, and taken off the list with undo', async ({ app, page, dataFolder }) => {
  await app.go('/settings?tab=data')
  await expect(page.getByText(dataFolder, { exact: true })).toBeVisible()
  const field = page.getByLabel('Folder’s absolute path')
  await field.fill('relative/folder')
  await field.press('Enter')
  await expect(page.getByText('Give the whole path, from the root.')).toBeVisible()
  await field.fill('/srv/data')
  await field.press('Enter')
  // In the list: the message with the undo names the folder too.
  const entry = page.getByRole('main').getByRole('listitem').filter({ hasText: '/srv/data' })
  await expect(entry).toBeVisible()
  await entry.getByRole('button', { name: 'Take /srv/data off the list' }).click()
  await expect(entry).toBeHidden()
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(entry).toBeVisible()
  await expectAccessible(page)
})

test.describe('where there is no compiler', () => {
  test.use({ env: { CXX: 'no-such-compiler' } })

  test('installing a backend says what is missing, and can be tried again @served', async ({
    app,
    page,
  }) => {
    await app.go('/settings?tab=backends')
    const card = page.locator('[data-backend=tensorflow]')
    const install = card.getByRole('button', { name: /^Install/ })
    await install.click({ timeout: 90_000 })
    await expect(card.getByRole('alert')).toContainText('C++ compiler is needed')
    await expect(card.getByRole('alert')).toContainText('install one')
    await expect(install).toBeEnabled()
    await expectAccessible(page)
  })
})
