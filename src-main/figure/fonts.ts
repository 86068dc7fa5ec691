import * as fontkit from 'fontkit'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { UserError } from '../../src-shared/errors.ts'
import { sfntOf } from './woff.ts'

const require = createRequire(import.meta.url)
const read = (path: string) => readFileSync(require.resolve(`@fontsource/${path}`))

/** A family as fontsource cuts it by script; all are under the SIL Open Font License 1.1. */
interface FontFamily {
  name: string
  folder: string
  /** Of unicode.json; undefined: every one. */
  parts?: readonly string[]
  /** What an SVG embeds. PDFs are made from woff, as fontkit cannot cut a woff2: a large family has that only. */
  svg: 'woff' | 'woff2'
}

/** The first that has a letter prints it. */
const families: readonly FontFamily[] = [
  {
    name: 'Inter',
    folder: 'inter',
    parts: ['latin', 'latin-ext', 'greek', 'greek-ext', 'cyrillic', 'cyrillic-ext', 'vietnamese'],
    svg: 'woff2',
  },
  // Chinese in a hundred parts, of which a figure reads the few that it needs.
  { name: 'Noto Sans SC', folder: 'noto-sans-sc', svg: 'woff' },
]

/** As CSS has it. */
export const fontFamily = `${families.map(({ name }) => name).join(', ')}, sans-serif`

export type FontWeight = 400 | 600

/** One file of a family, for each weight. */
export interface FontPart {
  id: string
  family: string
  /** unicode-range, as CSS has it. */
  range: string
  svg: FontFamily['svg']
  /** For SVG. */
  file: (weight: FontWeight) => Buffer
  /** For PDF: TrueType. */
  sfnt: (weight: FontWeight) => Buffer
  has: (point: number) => boolean
}

let known: FontPart[] | undefined
/** Files are read once a letter may be in them. */
export const fontParts = (): FontPart[] => (known ??= families.flatMap(partsOf))

/** What a PDF begins with: any other default would be one of PDF's own fonts, which is not in the file. */
export const firstFont = (): Buffer => fontParts()[0]!.sfnt(400) // There are families, and parts of them.

function partsOf({ name, folder, parts, svg }: FontFamily): FontPart[] {
  const ranges = JSON.parse(read(`${folder}/unicode.json`).toString('utf8')) as Record<
    string,
    string
  >
  return (parts ?? Object.keys(ranges)).map((part): FontPart => {
    const range = ranges[part] ?? ''
    const bounds = parseRanges(range)
    // Numbered ones stand in brackets in unicode.json, and without in the names of files.
    const stem = `${folder}/files/${folder}-${part.replaceAll(/[[\]]/g, '')}`
    const file = (weight: FontWeight, kind: FontFamily['svg']) =>
      read(`${stem}-${weight}-normal.${kind}`)
    const sfnt: FontPart['sfnt'] = (weight) => sfntOf(file(weight, 'woff'))
    let letters: ReadonlySet<number> | undefined
    return {
      id: `${folder}-${part}`,
      family: name,
      range,
      svg,
      file: (weight) => file(weight, svg),
      sfnt,
      // The ranges of the Chinese parts are those of all fonts that are cut so: not every letter of them is in this one.
      has: (point) =>
        bounds.some(([from, to]) => point >= from && point <= to) &&
        (letters ??= lettersOf(sfnt(400))).has(point),
    }
  })
}

function lettersOf(file: Buffer): ReadonlySet<number> {
  const font = fontkit.create(file)
  if (!('characterSet' in font)) throw new Error('a collection of fonts')
  return new Set(font.characterSet)
}

/**
 * A text cut where another part of the fonts has its letters. Throws UserError for letters that none has.
 */
export function createFontSplitter(): (text: string) => { part: FontPart; text: string }[] {
  const parts = fontParts()
  const partOf = new Map<string, FontPart | undefined>()
  const find = (letter: string) => {
    if (!partOf.has(letter)) {
      const point = letter.codePointAt(0) ?? 0
      partOf.set(
        letter,
        parts.find((part) => part.has(point)),
      )
    }
    return partOf.get(letter)
  }
  return (text) => {
    const runs: { part: FontPart; text: string }[] = []
    const missing = new Set<string>()
    for (const letter of text.replaceAll(/\s+/g, ' ')) {
      const part = find(letter)
      const last = runs.at(-1)
      if (!part) missing.add(letter)
      else if (last?.part === part) last.text += letter
      else runs.push({ part, text: letter })
    }
    if (missing.size > 0) {
      throw new UserError(`the fonts for print have no ${[...missing].slice(0, 12).join(' ')}`, {
        where: text.slice(0, 80),
        fix: 'Change this text in the dialog: Latin, Greek, Cyrillic and Chinese letters can be printed.',
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
