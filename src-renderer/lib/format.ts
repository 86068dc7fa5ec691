import { metricKind } from '@shared/metric-kind.ts'
import { locale, localeTags } from '../i18n/index.ts'

/**
 * Every number and date on screen is written here, in the language in use. What has no value is shown
 * as an en dash, never as `undefined`, `null` or `NaN`.
 */
export const nothing = '–'

type Maybe = number | null | undefined

const formatters = new Map<string, Intl.NumberFormat>()

function numberFormat(options: Intl.NumberFormatOptions): Intl.NumberFormat {
  const tag = localeTags[locale.value]
  const key = tag + JSON.stringify(options)
  const known = formatters.get(key) ?? new Intl.NumberFormat(tag, options)
  formatters.set(key, known)
  return known
}

const isMissing = (value: Maybe): value is null | undefined =>
  value === null || value === undefined || Number.isNaN(value)

/** 12,345 */
export function formatInteger(value: Maybe): string {
  if (isMissing(value)) return nothing
  return numberFormat({ maximumFractionDigits: 0 }).format(value)
}

/**
 * A number of no known kind, to `digits` significant digits: 0.1235, 1,235, 1.23e-7, ∞. Whole numbers
 * keep every digit.
 */
export function formatNumber(value: Maybe, digits = 4): string {
  if (isMissing(value)) return nothing
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞'
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return formatInteger(value)
  const size = Math.abs(value)
  if (size < 1e-4 || size >= 1e9) return value.toExponential(digits - 1).replace('e+', 'e')
  return numberFormat({
    minimumSignificantDigits: digits,
    maximumSignificantDigits: digits,
  }).format(value)
}

/** With exactly `decimals` places, so that columns line up: 0.8720. */
export function formatFixed(value: Maybe, decimals: number): string {
  if (isMissing(value)) return nothing
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞'
  return numberFormat({
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
  }).format(value)
}

/** A share in 0…1 as a percentage: 87.2 %. */
export function formatPercent(share: Maybe, decimals = 1): string {
  if (isMissing(share)) return nothing
  return `${formatFixed(share * 100, decimals)} %`
}

/** A metric's value with the unit of its kind: 87.20 %, 0.3127, 41.3 /s. */
export function formatMetric(key: string, value: Maybe): string {
  if (isMissing(value)) return nothing
  switch (metricKind(key)) {
    case 'share':
      return formatPercent(value, 2)
    case 'loss':
      return Math.abs(value) < 1e-3 ? formatNumber(value) : formatFixed(value, 4)
    case 'rate':
      return `${formatNumber(value, 3)} /s`
    case 'number':
      return formatNumber(value)
  }
}

export interface Spread {
  mean: number
  /** Sample standard deviation (n − 1); null for a single run. */
  std: number | null
  n: number
}

/** 87.20 ± 0.43 % (n = 5); a single run has no deviation: 87.20 % (n = 1). */
export function formatSpread(key: string, spread: Spread | null | undefined): string {
  if (!spread || spread.n === 0) return nothing
  const { mean, std, n } = spread
  const count = `(n = ${formatInteger(n)})`
  if (std === null) return `${formatMetric(key, mean)} ${count}`
  switch (metricKind(key)) {
    case 'share':
      return `${formatFixed(mean * 100, 2)} ± ${formatFixed(std * 100, 2)} % ${count}`
    case 'loss':
      return `${formatFixed(mean, 4)} ± ${formatFixed(std, 4)} ${count}`
    case 'rate':
      return `${formatNumber(mean, 3)} ± ${formatNumber(std, 2)} /s ${count}`
    case 'number':
      return `${formatNumber(mean)} ± ${formatNumber(std, 2)} ${count}`
  }
}

const byteUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB']

/** 1.5 GiB */
export function formatBytes(bytes: Maybe): string {
  if (isMissing(bytes)) return nothing
  let value = bytes
  let unit = 0
  while (Math.abs(value) >= 1024 && unit < byteUnits.length - 1) {
    value /= 1024
    unit += 1
  }
  const decimals = unit === 0 || Math.abs(value) >= 100 ? 0 : 1
  return `${formatFixed(value, decimals)} ${byteUnits[unit]}`
}

const durationUnits = {
  en: { d: 'd', h: 'h', m: 'min', s: 's', ms: 'ms' },
  zh: { d: '天', h: '小时', m: '分', s: '秒', ms: '毫秒' },
}

/** A length of time from milliseconds, in its two largest units: 1 h 12 min, 4.2 s, 310 ms. */
export function formatDuration(milliseconds: Maybe): string {
  if (isMissing(milliseconds) || !Number.isFinite(milliseconds)) return nothing
  const unit = durationUnits[locale.value]
  const ms = Math.max(0, milliseconds)
  if (ms < 1000) return `${formatInteger(Math.round(ms))} ${unit.ms}`
  const seconds = ms / 1000
  if (seconds < 10) return `${formatFixed(seconds, 1)} ${unit.s}`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} ${unit.s}`
  const minutes = Math.floor(whole / 60)
  if (minutes < 60) return pair(minutes, unit.m, whole % 60, unit.s)
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return pair(hours, unit.h, minutes % 60, unit.m)
  return pair(Math.floor(hours / 24), unit.d, hours % 24, unit.h)
}

function pair(large: number, largeUnit: string, small: number, smallUnit: string): string {
  const head = `${formatInteger(large)} ${largeUnit}`
  return small === 0 ? head : `${head} ${small} ${smallUnit}`
}

/** 25 Nov 2026, 01:49 */
export function formatDateTime(unixMs: Maybe): string {
  if (isMissing(unixMs)) return nothing
  return dateFormat({ dateStyle: 'medium', timeStyle: 'short' }).format(unixMs)
}

/** 01:49:07, for log lines of one day. */
export function formatTime(unixMs: Maybe): string {
  if (isMissing(unixMs)) return nothing
  return dateFormat({ timeStyle: 'medium' }).format(unixMs)
}

function dateFormat(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(localeTags[locale.value], { hourCycle: 'h23', ...options })
}

const relativeSteps: [limit: number, unit: Intl.RelativeTimeFormatUnit, size: number][] = [
  [60, 'second', 1],
  [3600, 'minute', 60],
  [86_400, 'hour', 3600],
  [7 * 86_400, 'day', 86_400],
]

/** "3 minutes ago", and the date for what is older than a week. */
export function formatAgo(unixMs: Maybe, now = Date.now()): string {
  if (isMissing(unixMs)) return nothing
  const seconds = Math.round((unixMs - now) / 1000)
  for (const [limit, unit, size] of relativeSteps) {
    if (Math.abs(seconds) < limit) {
      const format = new Intl.RelativeTimeFormat(localeTags[locale.value], { numeric: 'auto' })
      return format.format(Math.round(seconds / size), unit)
    }
  }
  return dateFormat({ dateStyle: 'medium' }).format(unixMs)
}

/** "a, b and c" in the language in use. */
export function formatList(items: readonly string[]): string {
  return new Intl.ListFormat(localeTags[locale.value], { type: 'conjunction' }).format(items)
}
