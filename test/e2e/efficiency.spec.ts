import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Download, Page } from '@playwright/test'
import { bin } from '../support/cli.ts'
import { expect, expectAccessible, test } from './fixtures.ts'
import { pixelsOf } from './support/png.ts'

const recipe = fileURLToPath(new URL('../../recipes/demo.yaml', import.meta.url))
const main = (page: Page) => page.getByRole('main')
const chart = (page: Page) => page.getByRole('figure', { name: 'demo: score against cost' })
const point = (page: Page, name: string) => chart(page).getByRole('link', { name })

async function choose(page: Page, field: string, option: string | RegExp) {
  await page.getByRole('combobox', { name: field }).click()
  await page.getByRole('option', { name: option, exact: typeof option === 'string' }).click()
}

async function contentOf(download: Promise<Download>): Promise<string> {
  return readFileSync(await (await download).path(), 'utf8')
}

// A button on its way from one colour to the next has neither's contrast.
test.use({ actionTimeout: 20_000, contextOptions: { reducedMotion: 'reduce' } })

test('checkpoints are measured from the Efficiency page, which tells what is worth its cost', async ({
  app,
  page,
  dataFolder,
}) => {
  // Three real trainings and three real measurements.
  test.setTimeout(5 * 60_000)

  await test.step('with no checkpoint it says so', async () => {
    await app.go('/efficiency')
    await expect(page.getByText('There is no checkpoint to measure')).toBeVisible()
    await expectAccessible(page)
  })

  await test.step('checkpoints at hand are offered', async () => {
    const set = ['training.maxSteps=4', 'training.evalEvery=4', 'backend=wasm']
    const args = ['train', recipe, ...set.flatMap((setting) => ['--set', setting])]
    await promisify(execFile)(process.execPath, [bin, ...args], {
      env: { ...process.env, VIRTLAB_DATA: dataFolder },
    })
    await app.go('/')
    await app.go('/efficiency')
    await expect(page.getByText('Nothing is measured yet')).toBeVisible()
    await expect(page.getByRole('checkbox')).toHaveCount(3)
    await expectAccessible(page)
  })

  await test.step('measuring shows how far it is, and can be cancelled', async () => {
    await page.getByText('Quick', { exact: true }).click()
    await choose(page, 'Backend', 'wasm')
    await page.getByRole('button', { name: 'Measure 3 checkpoints' }).click()
    await expect(main(page).getByRole('progressbar')).toBeVisible()
    await expect(main(page).getByText(/0 measured, 2 waiting/)).toBeVisible()
    await page.getByRole('button', { name: 'Cancel' }).click()
    await expect(page.getByText('Nothing is measured yet')).toBeVisible()
  })

  await test.step('once measured, every system stands in the chart and in the table', async () => {
    await page.getByText('Quick', { exact: true }).click()
    await choose(page, 'Backend', 'wasm')
    await page.getByRole('button', { name: 'Measure 3 checkpoints' }).click()
    for (const name of ['teacher', 'bi_encoder', 'virt_encoder']) {
      await expect(point(page, name)).toBeVisible({ timeout: 120_000 })
    }
    const table = page.getByRole('table')
    await expect(table.getByRole('columnheader', { name: 'Speed-up, 1,000 cached' })).toBeVisible()
    const virt = table.getByRole('row').filter({ hasText: 'virt_encoder' })
    await expect(virt).toContainText(/\d× ?\[/)
    await expectAccessible(page)
  })

  await test.step('labels do not lie on each other', async () => {
    const boxes = await Promise.all(
      ['teacher', 'bi_encoder', 'virt_encoder'].map(
        async (name) =>
          (await chart(page).locator('svg text').getByText(name, { exact: true }).boundingBox())!,
      ),
    )
    boxes.forEach((a, i) => {
      for (const b of boxes.slice(i + 1)) {
        const apart =
          a.x + a.width <= b.x ||
          b.x + b.width <= a.x ||
          a.y + a.height <= b.y ||
          b.y + b.height <= a.y
        expect(apart).toBe(true)
      }
    })
  })

  await test.step('a budget says what is best within it, and is kept in the address', async () => {
    await choose(page, 'Cost', 'Work of a pair')
    await page.getByRole('textbox', { name: 'Budget' }).fill('0.001')
    await page.keyboard.press('Tab')
    await expect(page.getByText('Nothing measured costs ≤ 0.001 GFLOPs.')).toBeVisible()
    await page.getByRole('textbox', { name: 'Budget' }).fill('5')
    await page.keyboard.press('Tab')
    await expect(page.getByText(/^At ≤ 5 GFLOPs, \w+ is best: /)).toBeVisible()
    await expect(page).toHaveURL(/cost=flops_pair.*budget=5/)
    await page.reload()
    await expect(page.getByText(/^At ≤ 5 GFLOPs, \w+ is best: /)).toBeVisible()
  })

  await test.step('what has no cache is named, not drawn', async () => {
    await choose(page, 'Cost', 'Cache of a candidate, float32')
    await expect(page.getByText('Not shown, for it has no such cost: teacher')).toBeVisible()
    await expect(point(page, 'teacher')).toHaveCount(0)
    await choose(page, 'Cost', 'Latency of a pair')
  })

  await test.step('chart and table can be taken away', async () => {
    const menu = chart(page).getByRole('button', { name: /Chart actions/ })
    const take = async (item: string) => {
      const download = page.waitForEvent('download')
      await menu.click()
      await page.getByRole('menuitem', { name: item }).click()
      return contentOf(download)
    }
    expect(await take('Save as SVG')).toMatch(/^<svg [^]*virt_encoder[^]*<\/svg>$/)
    expect(await take('Save data as CSV')).toMatch(
      /^name,model,test\/accuracy,std,n,pair_ms,low,high\r\n/,
    )
    expect((await take('Save as PNG')).slice(1, 4)).toBe('PNG')
    await menu.click()
    await page.getByRole('menuitem', { name: 'Export for publication…' }).click()
    await expect(page.getByRole('img', { name: 'As it will be printed' })).toBeVisible()
    const pdf = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    expect((await contentOf(pdf)).slice(0, 5)).toBe('%PDF-')

    await menu.click()
    await page.getByRole('menuitem', { name: 'Export for publication…' }).click()
    await page.getByRole('textbox', { name: 'Printed for virt_encoder' }).fill('虚拟交互')
    await page.getByRole('button', { name: 'PNG', exact: true }).click()
    await expect(page.getByRole('img', { name: 'As it will be printed' })).toBeVisible()
    const download = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    const png = readFileSync(await (await download).path())
    const { width, height, counts } = await pixelsOf(page, png, ['#ffffff', '#1a1a1a', '#666666'])
    // 85 × 60 mm at 300 dpi; white, letters, and the Pareto front.
    expect([width, height]).toEqual([1004, 709])
    expect(counts[0]).toBeGreaterThan(0.7 * width * height)
    expect(counts[1]).toBeGreaterThan(500)
    expect(counts[2]).toBeGreaterThan(20)

    const latex = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Export the table of demo' }).click()
    await page.getByRole('menuitem', { name: /^LaTeX/ }).click()
    expect(await contentOf(latex)).toContain('\\begin{tabular}')
  })

  await test.step('a point leads to its run, and the run can be measured again', async () => {
    // Where its mark is: error bars and label reach farther to one side.
    await point(page, 'virt_encoder').locator('circle').first().click()
    await expect(page).toHaveURL(/#\/run\/\w+/)
    await page.getByRole('button', { name: 'Measure' }).click()
    await expect(page).toHaveURL(/#\/efficiency/)
    await expect(main(page).getByText(/^virt_encoder: /)).toBeVisible()
    await page.getByRole('button', { name: 'Cancel' }).click()
    await expect(main(page).getByText(/^virt_encoder: /)).toBeHidden()
  })

  await test.step('in Chinese too', async () => {
    await page.evaluate(() => (window.location.hash = '/settings'))
    await page.getByRole('button', { name: '简体中文' }).click()
    await page.evaluate(() => (window.location.hash = '/efficiency'))
    await expect(page.getByRole('heading', { name: '效率' })).toBeVisible()
    await expect(page.getByRole('figure', { name: 'demo：得分与开销' })).toBeVisible()
    await expectAccessible(page)
  })
})
