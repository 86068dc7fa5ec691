import { computed } from 'vue'
import { parseHex, readToken, seriesColorCount, type Rgb } from '../lib/colors.ts'
import { useSettings } from '../stores/settings.ts'

export interface ChartColors {
  theme: 'light' | 'dark'
  surface: string
  text: string
  text2: string
  text3: string
  axis: string
  grid: string
  line: string
  accent: string
  series: string[]
  font: string
}

/** The tokens that canvases need, read once a theme. */
export function useChartColors() {
  const settings = useSettings()
  return computed<ChartColors>(() => {
    // Read before the tokens are, so that a change of theme computes anew.
    const theme = settings.theme
    return {
      theme,
      surface: readToken('--surface'),
      text: readToken('--text'),
      text2: readToken('--text-2'),
      text3: readToken('--text-3'),
      axis: readToken('--chart-axis'),
      grid: readToken('--chart-grid'),
      line: readToken('--line'),
      accent: readToken('--accent'),
      series: Array.from({ length: seriesColorCount }, (_, i) => readToken(`--series-${i + 1}`)),
      font: readToken('--font'),
    }
  })
}

export function seriesColor(colors: ChartColors, color: number | string): string {
  if (typeof color === 'string') return color
  return colors.series[color % colors.series.length] ?? colors.accent
}

export const toRgb = (color: string): Rgb => parseHex(color)
