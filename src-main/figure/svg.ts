import type { Figure } from '../../src-shared/contract/figure.ts'
import { drawFigure, sizeOf } from './draw-figure.ts'
import { createFontSplitter, fontFamily, type FontPart, type FontWeight } from './fonts.ts'
import { createMeasure } from './pdf.ts'
import type { Surface } from './surface.ts'

/** In millimetres, with those parts of the font that are used. */
export function figureToSvg(figure: Figure): string {
  const { width, height } = sizeOf(figure)
  const used: UsedFonts = new Map()
  const parts: string[] = []
  drawFigure(figure, svgSurface(parts, used))
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${figure.widthMm}mm" height="${figure.heightMm}mm" viewBox="0 0 ${n(width)} ${n(height)}" font-family="${fontFamily}">`,
    `<title>${escape(figure.title)}</title>`,
    `<style>${fontFaces(used)}</style>`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    ...parts,
    '</svg>\n',
  ].join('\n')
}

/** Which parts of the fonts stand in the figure, and how bold. */
type UsedFonts = Map<FontPart, Set<FontWeight>>

function fontFaces(used: UsedFonts): string {
  const faces = [...used].flatMap(([part, weights]) =>
    [...weights].map((weight) => ({ part, weight })),
  )
  return faces
    .map(({ part: { family, range, svg, file }, weight }) => {
      const data = file(weight).toString('base64')
      return `@font-face{font-family:${family};font-weight:${weight};src:url(data:font/${svg};base64,${data}) format("${svg}");unicode-range:${range}}`
    })
    .join('')
}

function svgSurface(parts: string[], used: UsedFonts): Surface {
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
      for (const { part } of split(text)) {
        used.set(part, (used.get(part) ?? new Set<FontWeight>()).add(weight))
      }
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
