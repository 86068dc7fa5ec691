import { execFileSync, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createFontSplitter, fontParts } from '../../src-main/figure/fonts.ts'
import { figureToPdf } from '../../src-main/figure/pdf.ts'
import { figureToSvg } from '../../src-main/figure/svg.ts'
import { figure, type FigureInput } from '../../src-shared/contract/figure.ts'
import { UserError } from '../../src-shared/errors.ts'
import { temporaryFolder } from '../support/temporary.ts'

const places = Array.from({ length: 40 }, (_, i) => i / 39)

export const curves = (change: Partial<FigureInput> = {}) =>
  figure.parse({
    title: 'Ablation on SNLI: α = 0.4',
    x: {
      label: 'Step',
      ticks: [0, 0.25, 0.5, 0.75, 1].map((at) => ({ at, text: String(at * 4000) })),
    },
    y: {
      label: 'dev accuracy',
      ticks: [0, 0.5, 1].map((at) => ({ at, text: `${50 + at * 50} %` })),
    },
    series: [
      {
        name: 'cross_encoder (teacher)',
        color: '#0b6bcb',
        x: places,
        y: places.map((x) => 0.9 - 0.7 * Math.exp(-6 * x)),
        band: {
          low: places.map((x) => 0.85 - 0.7 * Math.exp(-6 * x)),
          high: places.map((x) => 0.95 - 0.7 * Math.exp(-6 * x)),
        },
      },
      {
        name: 'VIRT, Σ over layers',
        color: '#c2410c',
        x: places,
        y: places.map((x) => (x > 0.5 && x < 0.6 ? NaN : 0.8 - 0.7 * Math.exp(-5 * x))),
      },
      {
        name: 'Siamese',
        color: '#15803d',
        mark: 'dashed',
        x: places,
        y: places.map((x) => 0.6 - 0.5 * Math.exp(-4 * x)),
      },
      { name: 'Лучший', color: '#7c3aed', mark: 'dot', x: [0.2, 0.6], y: [0.3, 0.7] },
    ],
    widthMm: 85,
    heightMm: 60,
    fontPt: 8,
    ...change,
  })

describe('a chart for print', () => {
  test('is a PDF of its size, with the letters it uses in it', async () => {
    const pdf = Buffer.from(await figureToPdf(curves())).toString('latin1')
    expect(pdf).toMatch(/^%PDF-1\./)
    const [, width, height] = /\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/.exec(pdf) ?? []
    expect(Number(width) / 72).toBeCloseTo(85 / 25.4, 3)
    expect(Number(height) / 72).toBeCloseTo(60 / 25.4, 3)
    expect(pdf).toMatch(/\/FontName \/[A-Z]{6}\+Inter/)
    expect(pdf).toMatch(/\/FontFile[23]/)
    // None of the fonts that a reader has to have.
    expect(pdf).not.toMatch(/Helvetica/)
  })

  const hasPoppler = spawnSync('pdffonts', ['-v']).status === 0
  test.skipIf(!hasPoppler)(
    'pdffonts finds every font embedded and cut to what is used',
    async () => {
      const path = join(temporaryFolder(), 'chart.pdf')
      writeFileSync(path, await figureToPdf(curves()))
      const [, , ...fonts] = execFileSync('pdffonts', [path], { encoding: 'utf8' })
        .trim()
        .split('\n')
      expect(fonts.length).toBeGreaterThan(0)
      for (const font of fonts) expect(font).toMatch(/Inter.* yes yes yes /)
      expect(execFileSync('pdftotext', [path, '-'], { encoding: 'utf8' })).toContain(
        'VIRT, Σ over layers',
      )
    },
  )

  test('is an SVG in millimetres with its font, every number in it', () => {
    const svg = figureToSvg(curves())
    expect(svg).toMatch(/width="85mm" height="60mm"/)
    expect(svg).toMatch(
      /@font-face\{font-family:Inter;font-weight:400;src:url\(data:font\/woff2;base64,/,
    )
    // The line is parted where there is no value.
    expect(svg.match(/stroke="#c2410c"/g)!.length).toBe(3)
    expect(svg).toContain('VIRT, Σ over layers')
  })

  const chinese = curves({
    title: '在 SNLI 上的消融：α = 0.4',
    x: { label: '训练步数', ticks: [{ at: 0, text: '0' }] },
    y: { label: '验证集准确率', ticks: [{ at: 1, text: '100 %' }] },
  })

  test('has Chinese letters too, of the parts of their font that are used', async () => {
    const svg = figureToSvg(chinese)
    expect(svg).toContain('>验证集准确率</text>')
    const faces = [...svg.matchAll(/font-family:Noto Sans SC;font-weight:(\d+);/g)]
    expect(new Set(faces.map(([, weight]) => weight))).toEqual(new Set(['400', '600']))
    expect(faces.length).toBeLessThan(20)

    const pdf = Buffer.from(await figureToPdf(chinese))
    expect(pdf.toString('latin1')).toMatch(/\/FontName \/[A-Z]{6}\+NotoSansSC/)
    // Cut to the letters: the parts as they are take 40 kB each.
    expect(pdf.length).toBeLessThan(60_000)
  })

  test.skipIf(!hasPoppler)('a PDF’s Chinese can be found and copied', async () => {
    const path = join(temporaryFolder(), 'chinese.pdf')
    writeFileSync(path, await figureToPdf(chinese))
    const text = execFileSync('pdftotext', [path, '-'], { encoding: 'utf8' })
    expect(text).toContain('在 SNLI 上的消融：α = 0.4')
    expect(text).toContain('训练步数')
    const [, , ...fonts] = execFileSync('pdffonts', [path], { encoding: 'utf8' }).trim().split('\n')
    for (const font of fonts) expect(font).toMatch(/(Inter|NotoSansSC).* yes yes yes /)
  })

  test('every part of its fonts can be read', () => {
    const letters = '验证渲染结构' + 'éłαжạ'
    const split = createFontSplitter()
    expect(
      split(letters)
        .map(({ text }) => text)
        .join(''),
    ).toBe(letters)
    for (const part of fontParts()) {
      const first = /U\+([0-9a-f]+)/gi
      const points = [...part.range.matchAll(first)].map(([, hex]) => parseInt(hex!, 16))
      // [4] to [6] hold signs, of which the font has few.
      if (!/\[[456]\]/.test(part.id))
        expect([part.id, points.some(part.has)]).toEqual([part.id, true])
    }
  })

  test('says which letters its fonts have not', async () => {
    await expect(figureToPdf(curves({ title: 'to the moon 🚀' }))).rejects.toThrow(UserError)
    expect(() => figureToSvg(curves({ title: '🚀' }))).toThrow(/have no 🚀/)
    // In the range of a part of the Chinese font, but not in the part.
    expect(() => figureToSvg(curves({ title: '🌍' }))).toThrow(/have no 🌍/)
  })
})
