import type { RunRecord } from '../../src-shared/run-record.ts'
import { expect, expectAccessible, test } from './fixtures.ts'

const address = (runs: Map<string, RunRecord>, ...names: string[]) =>
  `/compare?runs=${names.map((name) => runs.get(name)?.id).join(',')}`
const all = ['teacher-1', 'teacher-2', 'bi_encoder-1', 'bi_encoder-2', 'virt_encoder-1']

test.describe('comparing runs', () => {
  test.use({ seed: { seeds: 2, steps: 60 } })

  test('curves of all runs; seeds become one line with a band', async ({ app, page, runs }) => {
    await app.go(address(runs, ...all))
    const loss = page.getByRole('figure', { name: 'train/loss' })
    await expect(loss.getByText('5 runs')).toBeVisible()
    await page.getByRole('button', { name: 'Mean over seeds' }).click()
    await expect(loss.getByText('3 configurations')).toBeVisible()
    await expect(page.getByText('2 seeds').first()).toBeVisible()
    await expectAccessible(page)
  })

  test('metrics side by side with n', async ({ app, page, runs }) => {
    await app.go(`${address(runs, ...all)}&lines=group&tab=metrics`)
    const row = page.getByRole('row', { name: /dev\/accuracy/ })
    await expect(row.getByText('(n = 2)').first()).toBeVisible()
  })

  test('only the settings that differ', async ({ app, page, runs }) => {
    await app.go(`${address(runs, 'teacher-1', 'bi_encoder-1')}&tab=config`)
    await expect(page.getByRole('rowheader', { name: 'model.type' })).toBeVisible()
    await expect(page.getByRole('rowheader', { name: 'training.batchSize' })).toHaveCount(0)
    await page.getByRole('checkbox', { name: /Show the \d+ that are the same/ }).click()
    await expect(page.getByRole('rowheader', { name: 'training.batchSize' })).toBeVisible()
  })

  test('examples on which two runs disagree', async ({ app, page, runs }) => {
    await app.go(`${address(runs, 'teacher-1', 'bi_encoder-1')}&tab=examples`)
    await expect(page.getByText(/^A \d+\.\d\d %, B \d+\.\d\d % right, n = /)).toBeVisible()
    await page.getByRole('button', { name: /^Only A right/ }).click()
    await expect(page).toHaveURL(/kind=only_a_right/)
    await expectAccessible(page)
  })
})
