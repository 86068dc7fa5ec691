import type { ProgressMessage } from '../../src-shared/protocol.ts'
import { formatDuration, formatNumber, formatRate } from './format.ts'

/** Shows how training goes: one line rewritten on a terminal, a line now and then elsewhere. */
export interface ProgressLine {
  show(label: string, message: ProgressMessage): void
  /** Prints a line that stays. */
  print(text: string): void
  /** Takes the live line away. */
  clear(): void
}

/** Between two lines where nothing can be rewritten. */
const plainEveryMs = 10_000

export function createProgressLine(out: NodeJS.WriteStream, now = Date.now): ProgressLine {
  let live = false
  let lastPlain = 0
  let lastNews = ''
  const clear = () => {
    if (live) out.write('\r\u001b[2K')
    live = false
  }
  return {
    show(label, message) {
      if (out.isTTY) {
        // One column short: a full line would wrap and could not be rewritten.
        const width = (out.columns || 80) - 1
        const text = `${label}  ${describeProgress(message, width - label.length - 2)}`
        out.write(`\r\u001b[2K${text.slice(0, width)}`)
        live = true
        return
      }
      // Another run, or a new evaluation, is worth a line at once.
      const news = `${label} ${message.devMetric ? message.devMetric.value : ''}`
      if (news === lastNews && now() - lastPlain < plainEveryMs) return
      lastNews = news
      lastPlain = now()
      out.write(`${label}  ${describeProgress(message)}\n`)
    },
    print(text) {
      clear()
      out.write(`${text}\n`)
    },
    clear,
  }
}

/**
 * `step 120/600  loss 0.6312  dev accuracy 0.7812 (best 0.7930)  8.25 steps/s  ETA 1m02s`; what does not fit
 * in `width` columns goes: first the best score, then the speed.
 */
export function describeProgress(message: ProgressMessage, width = Infinity): string {
  const { phase, step, totalSteps, loss, devMetric, stepsPerSecond, etaSeconds } = message
  const compose = (withBest: boolean, withSpeed: boolean) => {
    const parts: string[] = phase === 'training' ? [] : [phase]
    if (phase === 'training' || totalSteps > 0) parts.push(`step ${step}/${totalSteps}`)
    if (loss !== null) parts.push(`loss ${formatNumber(loss)}`)
    if (devMetric) {
      const { name, value, best } = devMetric
      const record = withBest ? ` (best ${formatNumber(best)})` : ''
      parts.push(`dev ${name} ${formatNumber(value)}${record}`)
    }
    if (stepsPerSecond !== null && withSpeed) parts.push(`${formatRate(stepsPerSecond)} steps/s`)
    if (etaSeconds !== null) parts.push(`ETA ${formatDuration(etaSeconds)}`)
    return parts.join('  ')
  }
  const whole = compose(true, true)
  if (whole.length <= width) return whole
  const withoutBest = compose(false, true)
  return withoutBest.length <= width ? withoutBest : compose(false, false)
}
