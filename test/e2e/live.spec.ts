import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { bin } from '../support/cli.ts'
import { expect, expectAccessible, test } from './fixtures.ts'

/** A teacher and its student, small enough for seconds, long enough to be watched. */
const recipe = `
name: live
defaults:
  backend: wasm
  model: { size: tiny, initializerRange: 0.09, dropout: 0 }
  data: { dataset: demo, xMaxLength: 16, yMaxLength: 16 }
  training: { batchSize: 8, learningRate: 7.0e-4, evalEvery: 20, evalBatchSize: 100 }
  logging: { attention: { examples: 1 } }
runs:
  teacher:
    model: { type: cross_encoder, pooling: mean }
    training: { maxSteps: 20 }
  virt_encoder:
    model: { type: virt_encoder }
    teacher: teacher
    distillation: { virt: { alpha: 10 } }
    training: { maxSteps: 2000 }
`

const main = (page: Page) => page.getByRole('main')
const status = (page: Page, text: string) => main(page).getByText(text, { exact: true }).first()
const press = (page: Page, name: string) =>
  main(page).getByRole('button', { name, exact: true }).first().click()

/** Points of the first curve, as its title says. */
async function pointsOf(page: Page): Promise<number> {
  const figure = page.getByRole('figure', { name: /^Training loss/ })
  const text = (await figure.count()) > 0 ? await figure.innerText() : ''
  return Number(/([\d,]+) points?/.exec(text)?.[1]?.replace(',', '') ?? 0)
}

test('a training is followed, stopped, resumed and restarted; its attention is seen as it is learnt', async ({
  app,
  page,
}) => {
  // Seconds of training, but on a busy machine of two cores they are minutes.
  test.setTimeout(8 * 60_000)
  const patient = { timeout: 90_000 }

  await test.step('a recipe is pasted and begun', async () => {
    await app.go('/new?preset=demo')
    await page.getByRole('button', { name: 'YAML', exact: true }).click()
    await page.getByLabel('Recipe as YAML').fill(recipe)
    await expect(page.locator('.plan').getByText('2 trainings')).toBeVisible()
    await page.getByRole('button', { name: 'Start training' }).click()
    await expect(page).toHaveURL(/#\/queue/)
  })

  await test.step('its curves grow while one looks', async () => {
    await app.go('/runs')
    await page.getByRole('grid').getByRole('link', { name: 'virt_encoder' }).click()
    await expect(status(page, 'Running')).toBeVisible(patient)
    await expect.poll(() => pointsOf(page), patient).toBeGreaterThan(2)
    const before = await pointsOf(page)
    await expect.poll(() => pointsOf(page), patient).toBeGreaterThan(before + 5)
    await expect(main(page).getByText(/step \d+ of 2,000/)).toBeVisible()
  })

  await test.step('its log and its predictions come while it trains; errors alone are shown', async () => {
    await page.getByRole('tab', { name: 'Log' }).click()
    await expect(page.getByRole('log').getByText(/training for 2000 steps/)).toBeVisible()
    await page.getByRole('tab', { name: /^Predictions/ }).click()
    const marks = (name: string) => page.getByRole('grid').getByRole('img', { name })
    await expect(marks('right').first()).toBeVisible(patient)
    await page.getByRole('checkbox', { name: 'Only errors' }).click()
    await expect(marks('wrong').first()).toBeVisible()
    await expect(marks('right')).toHaveCount(0)
  })

  await test.step('attention follows: the newest snapshot is shown as it comes', async () => {
    await press(page, 'Attention')
    const slider = page.getByRole('slider', { name: 'Step' })
    await expect(slider).toBeVisible()
    await expect(page.getByRole('figure', { name: /^Teacher, layer/ })).toBeVisible()
    const first = (await slider.getAttribute('aria-valuetext')) ?? ''
    await expect(slider).not.toHaveAttribute('aria-valuetext', first, patient)
    await page.goBack()
  })

  await test.step('stopped, it keeps a checkpoint', async () => {
    await press(page, 'Stop')
    await expect(status(page, 'Stopped')).toBeVisible(patient)
    await page.getByRole('tab', { name: 'Checkpoints' }).click()
    const newest = page.getByRole('row').filter({ hasText: 'last' })
    await expect(newest.getByRole('button', { name: 'Restart from here' })).toBeEnabled()
    await expectAccessible(page)
  })

  await test.step('resumed, it goes on from there', async () => {
    const row = page.getByRole('row').filter({ hasText: 'last' })
    const stoppedAt = Number((await row.getByRole('cell').nth(1).innerText()).replace(',', ''))
    expect(stoppedAt).toBeGreaterThan(0)
    await press(page, 'Resume')
    await expect(status(page, 'Running')).toBeVisible(patient)
    await page.getByRole('tab', { name: 'Curves' }).click()
    await expect.poll(() => pointsOf(page), patient).toBeGreaterThan(stoppedAt)
    await press(page, 'Stop')
    await expect(status(page, 'Stopped')).toBeVisible(patient)
  })

  await test.step('restarted from an older checkpoint, what came later is removed and learnt anew', async () => {
    const before = await pointsOf(page)
    await page.getByRole('tab', { name: 'Checkpoints' }).click()
    const restarts = page.getByRole('button', { name: 'Restart from here', disabled: false })
    await expect(restarts.nth(1)).toBeVisible()
    await restarts.last().click()
    await page.getByRole('dialog').getByRole('button', { name: 'Restart from here' }).click()
    await expect(page.getByText(/^\d+ later points? removed/)).toBeVisible()
    await page.getByRole('tab', { name: 'Curves' }).click()
    await expect.poll(() => pointsOf(page), patient).toBeLessThan(before)
    await expect(status(page, 'Running')).toBeVisible(patient)
    await press(page, 'Stop')
    await expect(status(page, 'Stopped')).toBeVisible(patient)
  })

  await test.step('a pair of one’s own is read by the student and by its teacher', async () => {
    await press(page, 'Attention')
    await page.getByRole('button', { name: 'A pair of your own' }).first().click()
    await page.getByRole('textbox', { name: 'X' }).fill('anna plants a rose at noon')
    await page.getByRole('textbox', { name: 'Y' }).fill('ben rests at dusk')
    await page.getByRole('button', { name: 'Show attention' }).click()
    // The words of the maps on screen.
    const words = page.getByRole('group', { name: /^Words of X/ })
    await expect(words.getByRole('button', { name: 'rose' })).toBeVisible(patient)
    await expect(page.getByRole('figure', { name: /^Teacher, layer/ })).toBeVisible()
    await expect(page.getByRole('figure', { name: /^Student’s virtual map/ })).toBeVisible()
    await expectAccessible(page)
  })
})

test('what is trained in a terminal on the same data folder moves in the app', async ({
  app,
  page,
  dataFolder,
}) => {
  test.setTimeout(4 * 60_000)
  const file = join(dataFolder, 'terminal.yaml')
  writeFileSync(file, recipe.replace('name: live', 'name: terminal'))
  await app.go('/runs')
  await expect(main(page).getByText(/No runs yet/)).toBeVisible()

  const terminal = spawn(process.execPath, [bin, '--data-dir', dataFolder, 'train', file], {
    stdio: 'ignore',
  })
  const ended = once(terminal, 'exit')
  try {
    const row = page.getByRole('grid').getByRole('row').filter({ hasText: 'teacher' })
    await expect(row).toContainText('Running', { timeout: 60_000 })
    await row.getByRole('link', { name: 'teacher' }).click()
    await expect.poll(() => pointsOf(page), { timeout: 60_000 }).toBeGreaterThan(2)
    await expect(main(page).getByText(/step \d+ of 20/)).toBeVisible()
    await app.go('/queue')
    await expect(main(page).getByText('trained by another Virtlab').first()).toBeVisible()
    await app.go('/runs')
    await expect(row).toContainText('Completed', { timeout: 60_000 })
  } finally {
    terminal.kill('SIGINT')
    await ended
  }
  const student = page.getByRole('grid').getByRole('row').filter({ hasText: 'virt_encoder' })
  await expect(student).toContainText('Stopped')
})
