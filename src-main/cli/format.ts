/** What is shown where there is nothing. */
export const none = '–'

/** Four decimals for shares and losses; exponents where those would say nothing. */
export function formatNumber(value: number | null | undefined): string {
  if (value === null || value === undefined) return none
  if (!Number.isFinite(value)) return String(value)
  if (Number.isInteger(value) && Math.abs(value) < 1e9) return String(value)
  const size = Math.abs(value)
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) return value.toExponential(3)
  return value.toFixed(size >= 100 ? 1 : 4)
}

/** 0.8312 → 83.12 % */
export function formatPercent(value: number | null | undefined): string {
  return value === null || value === undefined ? none : `${(100 * value).toFixed(2)} %`
}

/** Steps or pairs a second: three digits that mean something. */
export function formatRate(value: number | null | undefined): string {
  if (value === null || value === undefined) return none
  if (!Number.isFinite(value)) return String(value)
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3)
}

/** Milliseconds as formatDuration has seconds. */
export const formatMs = (ms: number | undefined): string =>
  formatDuration(ms === undefined ? undefined : ms / 1000)

/** 3725 → 1h02m; 65 → 1m05s; 4.2 → 4s */
export function formatDuration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return none
  const whole = Math.max(0, Math.round(seconds))
  const two = (n: number) => String(n).padStart(2, '0')
  if (whole < 60) return `${whole}s`
  if (whole < 3600) return `${Math.floor(whole / 60)}m${two(whole % 60)}s`
  return `${Math.floor(whole / 3600)}h${two(Math.floor((whole % 3600) / 60))}m`
}

export function formatBytes(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB']
  const power = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3))
  const scaled = bytes / 1000 ** power
  return `${power === 0 ? scaled : scaled.toPrecision(3)} ${units[power] ?? ''}`
}

/** Local time, to the minute. */
export function formatTime(time: number | null): string {
  if (time === null) return none
  const date = new Date(time)
  const two = (n: number) => String(n).padStart(2, '0')
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`
}
