import { readFileSync } from 'node:fs'
import type { Page } from '@playwright/test'
import { expect, expectAccessible, test } from './fixtures.ts'
import { dotsPerMetre, pixelsOf } from './support/png.ts'

/** A chart for print: as the dialog shows it, and as it comes to the disk. */
const dialogOf = (page: Page) => page.getByRole('dialog', { name: 'Export for publication' })
const preview = (page: Page) => dialogOf(page).getByRole('img', { name: 'As it will be printed' })
const ink = '#1a1a1a'

async function openDialog(page: Page) {
  const menu = page.getByRole('button', { name: /Chart actions/ }).first()
  await menu.click()
  await page.getByRole('menuitem', { name: 'Export for publication…' }).click()
  await expect(preview(page)).toBeVisible()
}

async function save(page: Page): Promise<Buffer> {
  const download = page.waitForEvent('download')
  await dialogOf(page).getByRole('button', { name: 'Save' }).click()
  return readFileSync(await (await download).path())
}

test.describe('curves', { tag: '@served' }, () => {
  test.use({ seed: { seeds: 1, steps: 40 } })

  test('have the names, letters, size and format that a paper wants', async ({
    app,
    page,
    runs,
  }) => {
    await app.go(`/run/${runs.get('virt_encoder-1')?.id}`)

    await test.step('a PDF with its font', async () => {
      await openDialog(page)
      await expectAccessible(page)
      const pdf = (await save(page)).toString('latin1')
      expect(pdf).toMatch(/^%PDF/)
      expect(pdf).toMatch(/\+Inter/)
      expect(pdf).not.toMatch(/NotoSansSC/)
    })

    const name = () =>
      dialogOf(page)
        .getByRole('textbox', { name: /^Printed for / })
        .first()
    const choose = (format: string) =>
      dialogOf(page).getByRole('button', { name: format, exact: true }).click()

    await test.step('series that are called otherwise, in Chinese', async () => {
      await openDialog(page)
      const shown = await name().getAttribute('placeholder')
      await dialogOf(page).getByRole('textbox', { name: 'Heading' }).fill('学习曲线')
      await name().fill('验证集 β')
      await choose('SVG')
      const svg = (await save(page)).toString('utf8')
      expect(svg).toContain('>验证集 β</text>')
      expect(svg).toContain('>学习曲线</text>')
      expect(svg).not.toContain(`>${shown}</text>`)
      expect(svg).toContain('font-family:Noto Sans SC')
    })

    await test.step('and that PDF holds the letters', async () => {
      await openDialog(page)
      await name().fill('验证集')
      expect((await save(page)).toString('latin1')).toMatch(/\+NotoSansSC/)
    })

    await test.step('a PNG of 600 dpi: 85 × 60 mm, black letters on white, the series in its colour', async () => {
      const png = async (called: string) => {
        await openDialog(page)
        await name().fill(called)
        await choose('PNG')
        await dialogOf(page).getByRole('textbox', { name: 'Resolution' }).fill('600')
        await dialogOf(page).getByRole('textbox', { name: 'Resolution' }).press('Tab')
        return save(page)
      }
      const first = await png('甲甲')
      const color = await seriesColor(page)
      const { width, height, counts } = await pixelsOf(page, first, ['#ffffff', ink, color])
      expect([width, height]).toEqual([2008, 1417])
      expect(dotsPerMetre(first)).toBe(Math.round(600 / 0.0254))
      const [white, black, drawn] = counts as [number, number, number]
      expect(white / (width * height)).toBeGreaterThan(0.8)
      expect(black).toBeGreaterThan(2000)
      expect(drawn).toBeGreaterThan(500)
      // Letters that no font had would all be the same box.
      expect((await png('乙乙')).equals(first)).toBe(false)
    })
  })
})

/** As the print dialog draws the first series. */
async function seriesColor(page: Page): Promise<string> {
  await openDialog(page)
  await dialogOf(page).getByRole('button', { name: 'SVG', exact: true }).click()
  const svg = (await save(page)).toString('utf8')
  return /<g clip-path[^]*?stroke="(#[0-9a-f]{6})"/i.exec(svg)?.[1] ?? ''
}
