import type { Plot } from './plot.ts'
import type { ChartColors } from './theme.ts'

/** Ticks and the axes' names, around the plot. `context` is scaled to CSS pixels. */
export function drawAxes(
  context: CanvasRenderingContext2D,
  plot: Plot,
  labels: { x: string; y: string },
  colors: ChartColors,
): void {
  const bottom = plot.top + plot.plotHeight
  context.font = `11px ${colors.font}`
  context.fillStyle = colors.text3
  context.textAlign = 'center'
  context.textBaseline = 'top'
  for (const { at, text } of plot.xTicks) {
    const half = context.measureText(text).width / 2
    // A tick at an edge stays inside.
    const x = Math.min(plot.width - half - 2, Math.max(plot.left - 10 + half, at))
    context.fillText(text, x, bottom + 5)
  }
  context.textAlign = 'right'
  context.textBaseline = 'middle'
  for (const { at, text } of plot.yTicks) context.fillText(text, plot.left - 7, at)

  context.fillStyle = colors.text2
  context.textAlign = 'center'
  context.textBaseline = 'bottom'
  context.fillText(labels.x, plot.left + plot.plotWidth / 2, plot.height - 1)
  context.save()
  context.translate(11, plot.top + plot.plotHeight / 2)
  context.rotate(-Math.PI / 2)
  context.textBaseline = 'middle'
  context.fillText(labels.y, 0, 0)
  context.restore()
}
