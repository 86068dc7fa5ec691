/** 1, 2 or 5 times a power of ten, so that about `count` of them span `size`. */
export function niceStep(size: number, count: number): number {
  const rough = size / Math.max(1, count)
  const power = 10 ** Math.floor(Math.log10(rough))
  const part = rough / power
  const nice = part <= 1 ? 1 : part <= 2 ? 2 : part <= 5 ? 5 : 10
  return nice * power
}

/** Round numbers within [from, to], about `count`. */
export function linearTicks(from: number, to: number, count: number): number[] {
  if (!(to > from)) return [from]
  return stepTicks(from, to, niceStep(to - from, count))
}

/** Every multiple of `step` within [from, to]. */
export function stepTicks(from: number, to: number, step: number): number[] {
  const first = Math.ceil(from / step - 1e-9)
  const last = Math.floor(to / step + 1e-9)
  const ticks: number[] = []
  // Multiplied and rounded rather than added up: 0.1 + 0.2 would not be 0.3.
  for (let i = first; i <= last; i++) ticks.push(Number((i * step).toPrecision(12)))
  return ticks
}

/** Powers of ten within [from, to], with 2 and 5 times them where there are few. */
export function logTicks(from: number, to: number, count: number): number[] {
  const low = Math.floor(Math.log10(from))
  const high = Math.ceil(Math.log10(to))
  const decades = high - low
  const every = Math.max(1, Math.ceil(decades / count))
  const multiples = decades <= count / 3 ? [1, 2, 5] : [1]
  const ticks: number[] = []
  for (let power = low; power <= high; power += every) {
    for (const multiple of multiples) {
      const tick = Number((multiple * 10 ** power).toPrecision(12))
      if (tick >= from * (1 - 1e-9) && tick <= to * (1 + 1e-9)) ticks.push(tick)
    }
  }
  // Less than one decade may hold none.
  return ticks.length >= 2 ? ticks : linearTicks(from, to, count)
}

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const durationSteps = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30].map((n) => n * second),
  ...[1, 2, 5, 10, 15, 30].map((n) => n * minute),
  ...[1, 2, 3, 6, 12, 24, 48, 96, 168].map((n) => n * hour),
]

/** For milliseconds: whole seconds, minutes and hours. */
export function durationTicks(from: number, to: number, count: number): number[] {
  if (!(to > from)) return [from]
  const step = durationSteps.find((size) => (to - from) / size <= count)
  return stepTicks(from, to, step ?? niceStep((to - from) / hour, count) * hour)
}
