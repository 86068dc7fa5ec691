import { computed, shallowRef, type Ref } from 'vue'
import type { ChartGroup } from './chart-group.ts'
import { nearestIndex, xExtent, type LineSeries, type Range } from './line-series.ts'
import type { Plot } from './plot.ts'

/** Fewer pixels than this are a click that slipped, not a zoom. */
const leastDrag = 6

/** Pointer and keys on a plot: they move the group's cursor and set its range. */
export function usePlotInput(
  plot: Readonly<Ref<Plot>>,
  series: Readonly<Ref<readonly LineSeries[]>>,
  group: ChartGroup,
  area: Readonly<Ref<HTMLElement | null>>,
) {
  const pointer = shallowRef<{ x: number; y: number }>()
  const dragStart = shallowRef<number>()

  const clamp = (x: number) => {
    const { left, plotWidth } = plot.value
    return Math.min(left + plotWidth, Math.max(left, x))
  }
  const valueAt = (x: number) =>
    plot.value.x.value((clamp(x) - plot.value.left) / plot.value.plotWidth)

  /** What is dragged over now, in pixels of the chart. */
  const dragged = computed<Range | undefined>(() => {
    if (dragStart.value === undefined || !pointer.value) return undefined
    const now = clamp(pointer.value.x)
    const range = { from: Math.min(dragStart.value, now), to: Math.max(dragStart.value, now) }
    return range.to - range.from >= leastDrag ? range : undefined
  })

  function onPointer(event: PointerEvent) {
    const box = area.value?.getBoundingClientRect()
    if (!box) return
    if (event.type === 'pointerleave' || event.type === 'pointercancel') {
      if (dragStart.value !== undefined && event.type === 'pointerleave') return
      pointer.value = undefined
      dragStart.value = undefined
      group.cursor.value = undefined
      return
    }
    // `zoom` of the page scales the box but not the canvas's own coordinates.
    const scale = box.width / (area.value?.offsetWidth ?? box.width)
    pointer.value = { x: (event.clientX - box.left) / scale, y: (event.clientY - box.top) / scale }
    if (event.type === 'pointerdown' && event.button === 0) {
      dragStart.value = clamp(pointer.value.x)
      area.value?.setPointerCapture(event.pointerId)
    }
    if (event.type === 'pointerup') {
      const chosen = dragged.value
      dragStart.value = undefined
      if (chosen) group.range.value = { from: valueAt(chosen.from), to: valueAt(chosen.to) }
    }
    group.cursor.value = snap(valueAt(pointer.value.x))
  }

  /** To the nearest x that some line has a point at, of the first few lines. */
  function snap(value: number): number {
    let best = value
    let distance = Infinity
    for (const { x } of series.value.slice(0, 8)) {
      const index = nearestIndex(x, value)
      if (index < 0) continue
      const candidate = x[index]!
      const off = Math.abs(plot.value.x.place(candidate) - plot.value.x.place(value))
      if (off < distance) [best, distance] = [candidate, off]
    }
    // Far from any point the cursor stays where the pointer is.
    return distance < 0.03 ? best : value
  }

  function reset() {
    group.range.value = undefined
  }

  function zoom(factor: number) {
    const { x } = plot.value
    const all = xExtent(series.value, x.type === 'log')
    if (!all) return
    const center = group.cursor.value === undefined ? 0.5 : x.place(group.cursor.value)
    const from = Math.max(all.from, x.value(center - center * factor))
    const to = Math.min(all.to, x.value(center + (1 - center) * factor))
    if (from <= all.from && to >= all.to) reset()
    else if (to > from) group.range.value = { from, to }
  }

  function move(direction: number) {
    const line = series.value.find(({ x }) => x.length > 0)
    if (!line) return
    const start = direction > 0 ? plot.value.x.from : plot.value.x.to
    const index = nearestIndex(line.x, group.cursor.value ?? start)
    const next = index + (group.cursor.value === undefined ? 0 : direction)
    group.cursor.value = line.x[Math.min(line.x.length - 1, Math.max(0, next))]
  }

  function onKey(event: KeyboardEvent) {
    const step = event.shiftKey ? 10 : 1
    if (event.key === 'ArrowRight') move(step)
    else if (event.key === 'ArrowLeft') move(-step)
    else if (event.key === '+' || event.key === '=') zoom(0.5)
    else if (event.key === '-') zoom(2)
    else if (event.key === 'Escape' && (group.range.value || group.cursor.value !== undefined)) {
      reset()
      group.cursor.value = undefined
    } else return
    event.preventDefault()
    event.stopPropagation()
  }

  return { pointer, dragged, onPointer, onKey, reset }
}
