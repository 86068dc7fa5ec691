import type { Figure } from '../../src-shared/contract/figure.ts'
import { drawFigure, sizeOf } from './draw-figure.ts'
import {
  createFontSplitter,
  fontFile,
  fontRanges,
  type FontPart,
  type FontWeight,
} from './fonts.ts'
import { createMeasure } from './pdf.ts'
import type { Surface } from './surface.ts'

/** In millimetres, with those parts of the font that are used. */
export function figureToSvg(figure: Figure): string {
  const { width, height } = sizeOf(figure)
  const used = new Set<`${FontPart} ${FontWeight}`>()
  const parts: string[] = []
  drawFigure(figure, svgSurface(parts, used))
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${figure.widthMm}mm" height="${figure.heightMm}mm" viewBox="0 0 ${n(width)} ${n(height)}" font-family="Inter, sans-serif">`,
    `<title>${escape(figure.title)}</title>`,
    `<style>${fontFaces(used)}</style>`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    ...parts,
    '</svg>\n',
  ].join('\n')
}

function fontFaces(used: ReadonlySet<`${FontPart} ${FontWeight}`>): string {
  const ranges = fontRanges()
  return [...used]
    .map((name) => {
      const [part, weight] = name.split(' ') as [FontPart, '400' | '600']
      const data = fontFile(part, weight === '400' ? 400 : 600, 'woff2').toString('base64')
      return `@font-face{font-family:Inter;font-weight:${weight};src:url(data:font/woff2;base64,${data}) format("woff2");unicode-range:${ranges[part]}}`
    })
    .join('')
}

function svgSurface(parts: string[], used: Set<`${FontPart} ${FontWeight}`>): Surface {
  const split = createFontSplitter()
  let clips = 0
  return {
    measure: createMeasure(),
    lines(points, { color, width, dash, opacity = 1 }) {
      const dashes = dash ? ` stroke-dasharray="${dash.map(n).join(' ')}"` : ''
      const faint = opacity === 1 ? '' : ` stroke-opacity="${opacity}"`
      parts.push(
        `<path d="${pathOf(points)}" fill="none" stroke="${color}" stroke-width="${n(width)}" stroke-linejoin="round"${dashes}${faint}/>`,
      )
    },
    area(points, { color, opacity }) {
      parts.push(`<path d="${pathOf(points)}Z" fill="${color}" fill-opacity="${opacity}"/>`)
    },
    dot([x, y], radius, color) {
      parts.push(`<circle cx="${n(x)}" cy="${n(y)}" r="${n(radius)}" fill="${color}"/>`)
    },
    text(text, [x, y], { size, weight, color, anchor, upright }) {
      for (const { part } of split(text)) used.add(`${part} ${weight}`)
      const turned = upright ? ` transform="rotate(-90 ${n(x)} ${n(y)})"` : ''
      parts.push(
        `<text x="${n(x)}" y="${n(y)}" font-size="${n(size)}" font-weight="${weight}" fill="${color}" text-anchor="${anchor}"${turned}>${escape(text)}</text>`,
      )
    },
    clip({ x, y, width, height }, draw) {
      const id = `clip${++clips}`
      parts.push(
        `<clipPath id="${id}"><rect x="${n(x)}" y="${n(y)}" width="${n(width)}" height="${n(height)}"/></clipPath>`,
        `<g clip-path="url(#${id})">`,
      )
      draw()
      parts.push('</g>')
    },
  }
}

const n = (value: number): string => String(Number(value.toFixed(3)))
const pathOf = (points: readonly (readonly [number, number])[]): string =>
  points.map(([x, y], i) => `${i === 0 ? 'M' : 'L'}${n(x)} ${n(y)}`).join('')
const escape = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')
