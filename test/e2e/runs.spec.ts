import { expect, expectAccessible, test } from './fixtures.ts'

test.describe('the runs table', () => {
  test.use({ seed: { seeds: 3, steps: 40, details: false } })

  test('shows configurations as mean ± std (n), and their seeds when opened', async ({
    app,
    page,
  }) => {
    await app.go('/runs')
    await expect(page.getByText('10 runs in 4 configurations')).toBeVisible()
    const student = page.getByRole('row', { name: /virt_encoder/ })
    await expect(student.getByText(/^\(3\)$/).first()).toBeVisible()
    await expect(student.getByText(/^± \d+\.\d\d$/).first()).toBeVisible()
    await student.getByRole('button', { name: 'Show the runs of virt_encoder' }).click()
    await expect(page.getByRole('row', { name: /virt_encoder/ })).toHaveCount(4)
    await expectAccessible(page)
  })

  test('filters with OR and NOT; the filter is in the address', async ({ app, page }) => {
    await app.go('/runs?group=none')
    await page.getByRole('button', { name: 'Filter', exact: true }).click()
    await page.getByRole('button', { name: 'Condition' }).click()
    await page.getByRole('combobox', { name: 'Column' }).fill('model.type')
    await page.getByRole('option', { name: 'model.type' }).click()
    await page.getByRole('combobox', { name: 'Value' }).click()
    await page.getByRole('option', { name: 'virt_encoder' }).click()
    await expect(page.getByText('3 runs match')).toBeVisible()
    await page.getByRole('button', { name: 'The opposite of this' }).click()
    await expect(page.getByText('7 runs match')).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(page).toHaveURL(/not.*virt_encoder/)
    await page.reload()
    await expect(page.getByText('7 runs', { exact: true })).toBeVisible()
  })

  test('sorts groups by their mean, from the keyboard too', async ({ app, page }) => {
    await app.go('/runs')
    const title = page.getByRole('button', { name: /^dev\/accuracy/ })
    await title.focus()
    await page.keyboard.press('Enter')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('row').nth(1)).toContainText('teacher')
    await expect(page).toHaveURL(/sort=-m:dev/)
  })

  test('a deleted run can be had back', async ({ app, page }) => {
    await app.go('/runs?group=none')
    await page.getByRole('checkbox', { name: 'Select sbert' }).click()
    await page.getByRole('toolbar').getByRole('button', { name: 'Delete' }).click()
    await expect(page.getByText('9 runs', { exact: true })).toBeVisible()
    await page.getByRole('button', { name: 'Undo' }).click()
    await expect(page.getByText('10 runs', { exact: true })).toBeVisible()
  })

  test('a view is saved and found again', async ({ app, page }) => {
    await app.go('/runs?group=none&q=teacher')
    await page.getByRole('button', { name: 'Views' }).click()
    await page.getByRole('menuitem', { name: 'Save this view …' }).click()
    await page.getByRole('textbox', { name: 'Name of the view' }).fill('teachers')
    await page.getByRole('button', { name: 'Save' }).click()
    await app.go('/runs')
    await page.getByRole('button', { name: 'Views' }).click()
    await page.getByRole('menuitemcheckbox', { name: 'teachers' }).click()
    await expect(page.getByText('3 runs', { exact: true })).toBeVisible()
  })

  test('selected runs are compared', async ({ app, page }) => {
    await app.go('/runs?group=none')
    await page.getByRole('checkbox', { name: 'Select virt_encoder' }).first().click()
    await page.getByRole('checkbox', { name: 'Select bi_encoder' }).first().click()
    await page.getByRole('toolbar').getByRole('button', { name: 'Compare' }).click()
    await expect(page.getByRole('heading', { name: 'Compare' })).toBeVisible()
    await expect(page.getByText('2 of 2 shown')).toBeVisible()
  })
})
