/** How many colours of series there are before they repeat. */
export const seriesColorCount = 10

/** The token of the i-th series' colour, for CSS: var(--series-3). */
export function seriesVar(index: number): string {
  return `var(--series-${(index % seriesColorCount) + 1})`
}

/** Whether the i-th series is drawn in dashes, so that every second round of colours can be told apart. */
export function seriesDashed(index: number): boolean {
  return Math.floor(index / seriesColorCount) % 2 === 1
}

/** A token's value now, for canvas. Reading styles is slow: ask once a theme (see composables/theme.ts). */
export function readToken(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim()
}

export type Rgb = [red: number, green: number, blue: number]

/** Anchors of the scales, chosen to grow evenly in lightness; each ends well away from both grounds. */
const scales = {
  light: {
    sequential: ['#ffffff', '#d6dffc', '#9db2f5', '#5f7ce6', '#3350c8', '#1b2a78'],
    diverging: ['#a3262a', '#df6f62', '#f6c4b7', '#ffffff', '#b9cdf9', '#6684e4', '#2743b0'],
  },
  dark: {
    sequential: ['#15161a', '#1e2850', '#30449b', '#5470dd', '#93a7ff', '#e6ebff'],
    diverging: ['#ff9d90', '#d5584f', '#6b2a2b', '#15161a', '#27376f', '#5470dd', '#aebcff'],
  },
}

export type ScaleKind = 'sequential' | 'diverging'

const lookUpTables = new Map<string, Uint8ClampedArray>()

/**
 * 256 colours of a scale, RGB: index round(255·v) for a value v in 0…1. For a diverging scale 0.5 is the
 * neutral middle.
 */
export function colorTable(kind: ScaleKind, theme: 'light' | 'dark'): Uint8ClampedArray {
  const key = `${kind}-${theme}`
  const known = lookUpTables.get(key)
  if (known) return known
  const anchors = scales[theme][kind].map(parseHex)
  const table = new Uint8ClampedArray(256 * 3)
  for (let i = 0; i < 256; i++) {
    const at = (i / 255) * (anchors.length - 1)
    const low = anchors[Math.floor(at)] ?? [0, 0, 0]
    const high = anchors[Math.ceil(at)] ?? low
    const part = at - Math.floor(at)
    for (const c of [0, 1, 2] as const) table[i * 3 + c] = low[c] + (high[c] - low[c]) * part
  }
  lookUpTables.set(key, table)
  return table
}

/** #rrggbb, or #rgb, which is what a minified style sheet has of some. */
export function parseHex(hex: string): Rgb {
  const digits = hex.length === 4 ? hex.slice(1).replaceAll(/./g, '$&$&') : hex.slice(1)
  const value = Number.parseInt(digits, 16)
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255]
}
