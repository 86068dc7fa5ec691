import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { UserError } from '../../src-shared/errors.ts'

/** Inter (SIL Open Font License 1.1), as fontsource cuts it by script. */
const parts = [
  'latin',
  'latin-ext',
  'greek',
  'greek-ext',
  'cyrillic',
  'cyrillic-ext',
  'vietnamese',
] as const
export type FontPart = (typeof parts)[number]
export type FontWeight = 400 | 600

const require = createRequire(import.meta.url)
const fileOf = (name: string) => readFileSync(require.resolve(`@fontsource/inter/${name}`))

/** As woff for PDF: pdfkit’s fontkit cannot cut a woff2. */
export const fontFile = (part: FontPart, weight: FontWeight, kind: 'woff' | 'woff2'): Buffer =>
  fileOf(`files/inter-${part}-${weight}-normal.${kind}`)

/** unicode-range of every part, as CSS has it. */
export const fontRanges = (): Record<string, string> =>
  JSON.parse(fileOf('unicode.json').toString('utf8')) as Record<string, string>

/**
 * A text cut where another part of the font has its letters. Throws UserError for letters that the font has not.
 */
export function createFontSplitter(): (text: string) => { part: FontPart; text: string }[] {
  const told = fontRanges()
  const ranges = parts.map((part) => ({ part, ranges: parseRanges(told[part] ?? '') }))
  const partOf = (point: number): FontPart | undefined =>
    ranges.find((one) => one.ranges.some(([from, to]) => point >= from && point <= to))?.part
  return (text) => {
    const runs: { part: FontPart; text: string }[] = []
    const missing = new Set<string>()
    for (const letter of text.replaceAll(/\s+/g, ' ')) {
      const part = partOf(letter.codePointAt(0) ?? 0)
      const last = runs.at(-1)
      if (!part) missing.add(letter)
      else if (last?.part === part) last.text += letter
      else runs.push({ part, text: letter })
    }
    if (missing.size > 0) {
      throw new UserError(`the font for print has no ${[...missing].slice(0, 12).join(' ')}`, {
        where: text.slice(0, 80),
        fix: 'Change this text in the dialog: Latin, Greek and Cyrillic letters can be printed.',
      })
    }
    return runs
  }
}

function parseRanges(css: string): [from: number, to: number][] {
  return css.split(',').map((range) => {
    const [from = '', to = from] = range.trim().slice(2).split('-')
    return [parseInt(from, 16), parseInt(to, 16)]
  })
}
