import { readFileSync } from 'node:fs'
import { expect, expectAccessible, test } from './fixtures.ts'

test('from first launch to an exported table, on a real training of the demo', async ({
  app,
  page,
}) => {
  // Three runs of real training; a busy machine of two cores needs its time.
  test.setTimeout(20 * 60_000)
  void app

  await test.step('one click trains, and one watches', async () => {
    await page.getByRole('button', { name: 'Start the demo' }).click()
    await expect(page).toHaveURL(/#\/run\/\w+/)
    const main = page.getByRole('main')
    await expect(main.getByText('Running').first()).toBeVisible()
    await expect(main.getByRole('figure').first()).toBeVisible({ timeout: 120_000 })
    await expectAccessible(page)
  })

  await test.step('the queue shows what waits for the teacher', async () => {
    await page.getByRole('link', { name: 'Queue', exact: true }).click()
    const main = page.getByRole('main')
    for (const name of ['teacher', 'bi_encoder', 'virt_encoder']) {
      await expect(main.getByText(name).first()).toBeVisible()
    }
  })

  await test.step('three runs end, each with its number', async () => {
    await page.getByRole('link', { name: 'Runs', exact: true }).click()
    const table = page.getByRole('grid')
    await expect(table.getByRole('row').filter({ hasText: 'Completed' })).toHaveCount(3, {
      timeout: 18 * 60_000,
    })
    const teacher = table.getByRole('row').filter({ hasText: 'teacher' })
    await expect(teacher).toContainText(/\d\d\.\d\d/)
  })

  await test.step('the table is exported as it is shown', async () => {
    await page.getByRole('main').getByRole('button', { name: 'More', exact: true }).click()
    const download = page.waitForEvent('download')
    await page.getByRole('menuitem', { name: 'as CSV' }).click()
    const file = await (await download).path()
    const [titles, ...rows] = readFileSync(file, 'utf8').trim().split(/\r?\n/)
    expect(titles).toContain('dev/accuracy')
    expect(rows).toHaveLength(3)
    for (const name of ['teacher', 'bi_encoder', 'virt_encoder']) {
      expect(rows.filter((row) => row.includes(name))).not.toEqual([])
    }
  })

  await test.step('attention of the student is beside its teacher’s', async () => {
    await page.getByRole('link', { name: 'Attention', exact: true }).click()
    await expect(page.getByRole('figure', { name: /^Teacher/ })).toBeVisible({ timeout: 60_000 })
    await expect(page.getByRole('figure', { name: /^Student/ }).first()).toBeVisible()
  })
})
