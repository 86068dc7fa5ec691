import { execFileSync, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
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

  test('says which letters its font has not', async () => {
    await expect(figureToPdf(curves({ title: '学习曲线' }))).rejects.toThrow(UserError)
    expect(() => figureToSvg(curves({ title: '学' }))).toThrow(/has no 学/)
  })
})
