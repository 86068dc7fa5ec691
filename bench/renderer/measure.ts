import { chromium, type Page } from '@playwright/test'
import { existsSync } from 'node:fs'
import { availableParallelism, loadavg } from 'node:os'
import { createApi } from '../../src-main/api/index.ts'
import { createCore } from '../../src-main/core.ts'
import { openDataFolder } from '../../src-main/data-folder.ts'
import { layout } from '../../src-main/layout.ts'
import { serveApp } from '../../src-main/server/server.ts'
import { chromiumOptions } from '../../test/e2e/support/chromium.ts'

/**
 * Budgets of the runs table and of charts, in a real Chromium on the served app:
 * `npm run build:renderer && node bench/renderer/make-data.ts FOLDER && node bench/renderer/measure.ts FOLDER`.
 * Every time runs from the action to the frame that shows its result, drawn. Prints median and worst of
 * several, and what the page's main thread and the core computed meanwhile (what is left of it on a
 * machine doing nothing else; the core answers in this very process); exits with 1 where a median is over its budget or a spike is not on the canvas.
 */
const repeats = 7
const [folder, renderer = layout.renderer] = process.argv.slice(2)
if (folder === undefined || !existsSync(folder)) throw new Error('name a folder of make-data.ts')

const core = createCore({ dataFolder: openDataFolder(folder) })
const api = createApi(core)
const app = await serveApp({ api, renderer, port: 0 })
const browser = await chromium.launch(chromiumOptions)
const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
const session = await page.context().newCDPSession(page)
await session.send('Performance.enable', { timeDomain: 'threadTicks' })
let failed = false

interface Timing {
  wall: number
  /** Of processor time, in milliseconds. */
  page: number
  core: number
}

function medianOf(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN
}

function report(what: string, times: Timing[], budget: number): void {
  const walls = times.map(({ wall }) => wall)
  const median = medianOf(walls)
  const ok = median <= budget
  failed ||= !ok
  const all = `median ${median.toFixed(0)} ms, worst ${Math.max(...walls).toFixed(0)} ms`
  const page = medianOf(times.map((time) => time.page)).toFixed(0)
  const core = medianOf(times.map((time) => time.core)).toFixed(0)
  console.log(
    `${ok ? 'ok  ' : 'OVER'} ${what}: ${all}; CPU: page ${page} ms, core ${core} ms (n = ${times.length}; budget ${budget} ms)`,
  )
}

/** Goes somewhere within the app and waits until it stands still. */
async function goTo(hash: string): Promise<void> {
  await page.evaluate((to) => (location.hash = to), hash)
  await page.waitForTimeout(1200)
}

/** Milliseconds from changing the address to the frame in which the chart shows all its lines. */
const timeChart = (hash: string, detail: string): Promise<number> =>
  page.evaluate(
    async ([to, text]) => {
      const began = performance.now()
      location.hash = to
      const isDrawn = () => {
        const figure = document.querySelector('figure')
        const canvas = figure?.querySelector('canvas')
        if (!figure?.textContent.includes(text) || !canvas || canvas.width === 0) return false
        // A column in the middle of the plot: lines have saturated colours, grid and ground are grey.
        const context = canvas.getContext('2d')
        const column = context?.getImageData(canvas.width / 2, 0, 1, canvas.height).data ?? []
        for (let i = 0; i < column.length; i += 4) {
          const [red = 0, green = 0, blue = 0] = [column[i], column[i + 1], column[i + 2]]
          if (Math.max(red, green, blue) - Math.min(red, green, blue) > 60) return true
        }
        return false
      }
      while (!isDrawn()) await new Promise(requestAnimationFrame)
      return performance.now() - began
    },
    [hash, detail] as const,
  )

/** Milliseconds from a press to the end of the frame after it. */
const timePress = (selector: string, index: number): Promise<number> =>
  page.evaluate(
    async ([query, at]) => {
      const button = document.querySelectorAll<HTMLElement>(query)[at]
      const began = performance.now()
      button?.click()
      // The handlers' promises first, so that the drawing they ask for comes before this frame's end.
      for (let i = 0; i < 5; i++) await Promise.resolve()
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)))
      return performance.now() - began
    },
    [selector, index] as const,
  )

/** Milliseconds from doing something to the table to the frame in which its first row is another. */
const timeTable = (act: 'sort' | 'filter', value: string): Promise<number> =>
  page.evaluate(
    async ([what, given]) => {
      const first = () => {
        const row = document.querySelector('[role=grid] [role=rowgroup] [role=row]')
        return `${document.querySelector('main')?.querySelector('.num')?.textContent}|${row?.textContent}`
      }
      const before = first()
      const began = performance.now()
      if (what === 'sort') {
        const titles = [...document.querySelectorAll<HTMLElement>('[role=columnheader] button')]
        titles.find((title) => title.textContent.includes(given))?.click()
      } else {
        const input = document.querySelector<HTMLInputElement>('main input[type=search]')
        if (input) {
          input.value = given
          input.dispatchEvent(new Event('input', { bubbles: true }))
        }
      }
      // Looked at when something changes, not all the time, which would cost what is measured.
      const main = document.querySelector('main') ?? document.body
      const change = { subtree: true, childList: true, characterData: true }
      await new Promise<void>((resolve) => {
        const observer = new MutationObserver(() => {
          if (first() === before) return
          observer.disconnect()
          resolve()
        })
        observer.observe(main, change)
      })
      await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 0)))
      return performance.now() - began
    },
    [act, value] as const,
  )

async function repeat(
  work: (i: number) => Promise<number>,
  before?: () => Promise<void>,
): Promise<Timing[]> {
  const times: Timing[] = []
  for (let i = 0; i < repeats; i++) {
    await before?.()
    const [pageBefore, coreBefore] = [await cpuOfPage(), process.threadCpuUsage()]
    const wall = await work(i)
    const { user, system } = process.threadCpuUsage(coreBefore)
    times.push({ wall, page: (await cpuOfPage()) - pageBefore, core: (user + system) / 1000 })
    await page.waitForTimeout(500)
  }
  return times
}

/** Of the page's main thread since it began, in milliseconds. */
async function cpuOfPage(): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics')
  return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN) * 1000
}

/** Spikes of the data whose column of the drawn chart has nothing of a line half way up to them. */
async function missingSpikes(
  target: Page,
  ids: string[],
): Promise<{ spikes: number; missing: number }> {
  const steps: number[] = []
  for (const run of ids) {
    const points = await api.call('series.points', { run, key: 'train/loss' })
    for (const [i, value] of points.value.entries())
      if (value > 2.5) steps.push(points.step[i] ?? 0)
  }
  const missing = await target.evaluate((at) => {
    const canvas = document.querySelector('canvas')
    const context = canvas?.getContext('2d')
    if (!canvas || !context) return at.length
    // charts/plot.ts: margins of the plot; spikes reach above half of its height.
    const ratio = devicePixelRatio
    const [left, right, top, bottom] = [56, 14, 8, 38].map((margin) => margin * ratio) as [
      number,
      number,
      number,
      number,
    ]
    const width = canvas.width - left - right
    const middle = Math.round(top + (canvas.height - top - bottom) * 0.45)
    const row = context.getImageData(0, middle, canvas.width, 1).data
    const coloured = (x: number) => {
      const [red = 0, green = 0, blue = 0] = row.slice(x * 4, x * 4 + 3)
      // Ground and grid are nearly white; one of the series' colours is a grey.
      return Math.min(red, green, blue) < 190
    }
    return at.filter((step) => {
      const x = Math.round(left + (step / 10_000) * width)
      // A spike stands where its bucket begins, at most two pixels to the left.
      return ![-3, -2, -1, 0, 1].some((off) => coloured(x + off))
    }).length
  }, steps)
  return { spikes: steps.length, missing }
}

try {
  await page.goto(app.url)
  await page.waitForTimeout(1500)
  const { rows } = await api.call('runs.list', {
    filter: {
      op: 'test',
      column: { kind: 'field', field: 'name' },
      test: 'contains',
      value: 'curve-',
    },
    group: null,
    limit: 100,
  })
  const ids = rows.map(({ run }) => run.id)
  const compare = `#/compare?runs=${ids.join(',')}&metrics=train/loss`

  // Once before, so that the page's code is loaded and compiled.
  await goTo(compare)
  const chart = await repeat(
    () => timeChart(compare, '100 runs'),
    () => goTo('#/settings'),
  )
  console.log(`load average ${loadavg()[0]?.toFixed(1)} on ${availableParallelism()} cores`)
  report('100 runs × 10,000 points, from the database to drawn', chart, 300)
  const { spikes, missing } = await missingSpikes(page, ids)
  failed ||= missing > 0
  console.log(
    `${missing === 0 ? 'ok  ' : 'LOST'} spikes on the canvas: ${spikes - missing} of ${spikes}`,
  )
  report(
    'showing or hiding one of 100 runs',
    await repeat((i) => timePress('.entries .toggle', i)),
    50,
  )

  for (const group of ['none', 'config']) {
    await goTo('#/settings')
    await goTo(`#/runs?group=${group}`)
    const name = group === 'none' ? '10,000 runs' : '10,000 runs in groups'
    const titles = ['dev/accuracy', 'train/loss']
    report(`${name}: sort`, await repeat((i) => timeTable('sort', titles[i % 2] ?? '')), 100)
    report(
      `${name}: filter`,
      await repeat((i) => timeTable('filter', i % 2 ? '' : `encoder-1${i}`)),
      100,
    )
  }
} finally {
  await browser.close()
  await app.close()
  await api.shutDown('kill')
  core.close()
}
process.exit(failed ? 1 : 0)
