import PDFDocument from 'pdfkit'
import type { Figure } from '../../src-shared/contract/figure.ts'
import { drawFigure, sizeOf } from './draw-figure.ts'
import { createFontSplitter, firstFont, type FontPart, type FontWeight } from './fonts.ts'
import type { Surface, TextStyle } from './surface.ts'

/** One page of the figure's size; of the font it holds the letters that are used. */
export async function figureToPdf(figure: Figure): Promise<Uint8Array> {
  const { width, height } = sizeOf(figure)
  const document = createDocument(width, height, figure.title)
  const parts: Buffer[] = []
  const done = new Promise<void>((resolve, reject) => {
    document.on('data', (part: Buffer) => parts.push(part))
    document.on('end', resolve)
    document.on('error', reject)
  })
  drawFigure(figure, pdfSurface(document))
  document.end()
  await done
  return new Uint8Array(Buffer.concat(parts))
}

function createDocument(width: number, height: number, title: string): PDFKit.PDFDocument {
  return new PDFDocument({
    size: [width, height],
    margin: 0,
    font: firstFont() as unknown as string, // The types know of paths only.
    info: { Title: title, Creator: 'Virtlab' },
  })
}

/** Texts as wide as they will be, for a surface that cannot tell. */
export function createMeasure(): Surface['measure'] {
  const surface = pdfSurface(createDocument(100, 100, ''))
  return (text, size, weight) => surface.measure(text, size, weight)
}

function pdfSurface(document: PDFKit.PDFDocument): Surface {
  const split = createFontSplitter()
  const known = new Set<string>()
  const useFont = (part: FontPart, weight: FontWeight, size: number) => {
    const name = `${part.id}-${weight}`
    if (!known.has(name)) document.registerFont(name, part.sfnt(weight))
    known.add(name)
    document.font(name).fontSize(size)
  }
  const widthOf = (text: string) => document.widthOfString(text)

  const measure: Surface['measure'] = (text, size, weight) =>
    split(text).reduce((sum, run) => {
      useFont(run.part, weight, size)
      return sum + widthOf(run.text)
    }, 0)

  function write(text: string, x: number, y: number, { size, weight, color, anchor }: TextStyle) {
    const width = measure(text, size, weight)
    let at = anchor === 'start' ? x : anchor === 'middle' ? x - width / 2 : x - width
    document.fillColor(color, 1)
    for (const run of split(text)) {
      useFont(run.part, weight, size)
      document.text(run.text, at, y, { lineBreak: false, baseline: 'alphabetic' })
      at += widthOf(run.text)
    }
  }

  const trace = (points: readonly (readonly [number, number])[]) => {
    points.forEach(([x, y], i) => void (i === 0 ? document.moveTo(x, y) : document.lineTo(x, y)))
  }

  return {
    measure,
    lines(points, { color, width, dash, opacity = 1 }) {
      document.save().lineJoin('round').lineWidth(width)
      if (dash) document.dash(dash[0] ?? 1, { space: dash[1] ?? 1 })
      trace(points)
      document.strokeColor(color, opacity).stroke().restore()
    },
    area(points, { color, opacity }) {
      document.save()
      trace(points)
      document.closePath().fillColor(color, opacity).fill().restore()
    },
    dot([x, y], radius, color) {
      document.save().circle(x, y, radius).fillColor(color, 1).fill().restore()
    },
    text(text, [x, y], style) {
      document.save()
      if (style.upright) {
        document.rotate(-90, { origin: [x, y] })
      }
      write(text, x, y, style)
      document.restore()
    },
    clip({ x, y, width, height }, draw) {
      document.save().rect(x, y, width, height).clip()
      draw()
      document.restore()
    },
  }
}
