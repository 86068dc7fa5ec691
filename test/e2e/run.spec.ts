import { expect, expectAccessible, test } from './fixtures.ts'

test.describe('a run', () => {
  test.use({ seed: { seeds: 2, steps: 60 } })

  test('shows curves with their axes, and its numbers', async ({ app, page, runs }) => {
    await app.go(`/run/${runs.get('virt_encoder-1')?.id}`)
    await expect(page.getByRole('figure', { name: 'Training loss and its parts' })).toBeVisible()
    await expect(page.getByRole('figure', { name: 'Learning rate' })).toBeVisible()
    await expect(page.getByText(/best checkpoint, step/).first()).toBeVisible()
    await expect(page.getByRole('link', { name: 'teacher' })).toBeVisible()
    await expectAccessible(page)
  })

  test('predictions: the confusion matrix filters to its examples', async ({ app, page, runs }) => {
    await app.go(`/run/${runs.get('bi_encoder-1')?.id}?tab=predictions`)
    const cell = page.getByRole('button', { name: /^Label no, predicted yes:/ })
    const n = /(\d+)\s*\d+\.\d %/.exec(await cell.innerText())?.[1]
    await cell.click()
    await expect(page.getByText(`${n} example`, { exact: false })).toBeVisible()
    await expectAccessible(page)
  })

  test('a failed run says what to do', async ({ app, page, runs }) => {
    await app.go(`/run/${runs.get('failed')?.id}`)
    await expect(page.getByText('Correct the row, or add the label to train.tsv.')).toBeVisible()
    await expect(page.getByRole('button', { name: 'Resume' })).toBeVisible()
  })

  test('the log is searched, the configuration narrowed to what is not usual', async ({
    app,
    page,
    runs,
  }) => {
    const id = runs.get('virt_encoder-1')?.id
    await app.go(`/run/${id}?tab=logs`)
    await page.getByRole('searchbox', { name: 'Find in the log' }).fill('longer')
    await expect(page.getByRole('log').getByText(/longer than/)).toBeVisible()
    await app.go(`/run/${id}?tab=config`)
    await page.getByRole('checkbox', { name: 'Only what is not the default' }).click()
    await expect(page.getByText('learningRate')).toBeVisible()
    await expect(page.getByText('weightDecay')).toHaveCount(0)
  })
})
