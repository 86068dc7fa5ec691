import { chromium, type CDPSession, type Page } from '@playwright/test'
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDataFolder } from '../../src-main/data-folder.ts'
import { openStore } from '../../src-main/store/open.ts'
import { packMap } from '../../src-main/trainer/attention/pack-map.ts'
import { runConfig } from '../../src-shared/config/run.ts'
import type { AttentionSnapshot } from '../../src-shared/protocol.ts'
import { chromiumOptions } from '../../test/e2e/support/chromium.ts'
import { startServing } from '../../test/e2e/support/serve.ts'
import { seededRandom } from '../../test/e2e/support/seed.ts'
import { batchOf } from '../../test/support/batches.ts'
import { provenance } from '../../test/support/plan.ts'

/**
 * How long the attention page takes in real Chromium over maps of 12 heads × 256 × 256, from the database
 * to painted pixels: `npm run build:renderer && node bench/renderer/attention.ts [--repeats 7]`. Nothing is faked:
 * `virtlab serve`, its HTTP, and the built page. Prints milliseconds, median and largest.
 */
const heads = 12
const words = 256
const layers = 4
const examples = 8
const budgets = { first: 300, layer: 100 }
const repeats = Number(process.argv[process.argv.indexOf('--repeats') + 1] || 7) || 7

async function measure(page: Page, run: string): Promise<void> {
  const open = (query: string) => `#/attention?run=${run}&layer=1${query}`
  const rows: { what: string; times: Timing[]; budget?: number }[] = []

  // Everything new: the page's code, the run, the maps.
  rows.push({
    what: 'page opened for the first time (code, index, maps)',
    times: [await timed(page, { hash: open('&example=e0'), shown: '1/1' })],
    budget: budgets.first,
  })
  const first: Timing[] = []
  for (let i = 1; i <= Math.min(repeats, examples - 1); i++) {
    await page.evaluate(() => (location.hash = '#/settings'))
    await page.locator('[data-shown]').waitFor({ state: 'detached' })
    await page.waitForTimeout(300)
    first.push(await timed(page, { hash: open(`&example=e${i}`), shown: '1/1' }))
  }
  rows.push({ what: 'page opened on maps not seen before', times: first, budget: budgets.first })

  const cold: Timing[] = []
  const warm: Timing[] = []
  const head: Timing[] = []
  for (let i = 0; i < repeats; i++) {
    // A new page has nothing fetched; the key comes before anything could be fetched ahead.
    await page.evaluate(() => (location.hash = '#/settings'))
    await page.locator('[data-shown]').waitFor({ state: 'detached' })
    await timed(page, { hash: open('&example=e0'), shown: '1/1' })
    cold.push(await timed(page, { key: 'ArrowUp', shown: '2/1' }))
    await page.waitForTimeout(2500)
    warm.push(await timed(page, { key: 'ArrowUp', shown: '3/1' }))
    warm.push(await timed(page, { key: 'ArrowUp', shown: '4/1' }))
    head.push(await timed(page, { key: 'ArrowRight', shown: '4/2' }))
  }
  rows.push({ what: 'next layer, not fetched yet', times: cold, budget: budgets.layer })
  rows.push({ what: 'next layer, fetched ahead', times: warm, budget: budgets.layer })
  rows.push({ what: 'next head', times: head, budget: budgets.layer })

  console.log(
    `${heads} heads × ${words} × ${words}, teacher, student and difference; Chromium ${page.context().browser()?.version() ?? ''}`,
  )
  console.log(`load average ${loadavg()[0]?.toFixed(1)} on ${availableParallelism()} cores`)
  for (const { what, times, budget } of rows) {
    const ms = spread(times.map(({ wall }) => wall))
    const cpu = spread(times.map((time) => time.cpu))
    const verdict =
      budget === undefined ? '' : ms.median <= budget ? `≤ ${budget}` : `OVER ${budget}`
    console.log(
      `${what.padEnd(52)} median ${ms.text} ms, max ${ms.max} ms, page's main thread ${cpu.text} ms of CPU, n = ${times.length}  ${verdict}`,
    )
  }
}

interface Timing {
  /** Milliseconds until the frame was painted. */
  wall: number
  /** What the page's main thread computed in that time: what is left of it on a machine doing nothing else. */
  cpu: number
}

function spread(values: number[]) {
  const sorted = values.toSorted((a, b) => a - b)
  const median = sorted[Math.floor(sorted.length / 2)] ?? NaN
  const write = (value: number | undefined) => (value ?? NaN).toFixed(0).padStart(4)
  return { median, text: write(median), max: write(sorted.at(-1)) }
}

/** From the key or the address to the frame that shows it: the frame's own work is over by then. */
async function timed(
  page: Page,
  what: { hash?: string; key?: string; shown: string },
): Promise<Timing> {
  const before = await cpuOf(page)
  const wall = await page.evaluate(async ({ hash, key, shown }) => {
    const started = performance.now()
    if (hash !== undefined) location.hash = hash
    if (key !== undefined) window.dispatchEvent(new KeyboardEvent('keydown', { key }))
    const isThere = () => {
      const view = document.querySelector(`[data-shown="${shown}"]`)
      const tiles = view?.querySelectorAll<HTMLCanvasElement>('button canvas') ?? []
      return tiles.length === 12 && [...tiles].every((t) => t.width === 256 && t.clientWidth > 60)
    }
    while (!isThere()) {
      if (performance.now() - started > 20_000) throw new Error(`${shown} is not there after 20 s`)
      await new Promise((resolve) => requestAnimationFrame(resolve))
    }
    // A message sent inside a frame is delivered after that frame has been painted.
    await new Promise((resolve) =>
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel()
        port1.onmessage = resolve
        port2.postMessage(undefined)
      }),
    )
    return performance.now() - started
  }, what)
  return { wall, cpu: (await cpuOf(page)) - before }
}

const sessions = new WeakMap<Page, CDPSession>()

/** Of the page's main thread since it began, in milliseconds. */
async function cpuOf(page: Page): Promise<number> {
  let session = sessions.get(page)
  if (!session) {
    session = await page.context().newCDPSession(page)
    await session.send('Performance.enable', { timeDomain: 'threadTicks' })
    sessions.set(page, session)
  }
  const { metrics } = await session.send('Performance.getMetrics')
  return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? NaN) * 1000
}

/** A virt_encoder with maps of several examples at one step; weights are random, each row sums to 1. */
function writeRun(dataFolder: string): string {
  const store = openStore(openDataFolder(dataFolder).database)
  const tokens = Array.from({ length: words }, (_, i) => `word${i}`)
  const random = seededRandom(1)
  const basis = Array.from({ length: 3 }, () => randomMaps(random))
  try {
    const config = runConfig.parse({
      model: { type: 'virt_encoder' },
      data: { dataset: 'demo' },
      distillation: { virt: {} },
    })
    const run = store.runs.create({
      name: 'virt_encoder',
      seed: 1,
      config,
      suiteId: null,
      teacherId: null,
      provenance,
    })
    store.runs.setStatus(run.id, 'running')
    let at = 0
    for (let example = 0; example < examples; example++) {
      const attention: AttentionSnapshot[] = []
      for (let layer = 1; layer <= layers; layer++) {
        for (const source of ['teacher', 'student'] as const) {
          const data = basis[at++ % basis.length]!
          attention.push({
            step: source === 'teacher' ? 0 : 100,
            exampleId: `e${example}`,
            layer,
            source,
            direction: 'x_to_y',
            heads,
            rowTokens: tokens,
            columnTokens: tokens,
            data,
          })
        }
      }
      store.writeBatch(batchOf(run.id, example + 1, { attention }))
    }
    store.runs.setStatus(run.id, 'completed')
    return run.id
  } finally {
    store.close()
  }
}

function randomMaps(random: () => number): Uint8Array<ArrayBuffer> {
  const map = new Float32Array(heads * words * words)
  for (let row = 0; row < heads * words; row++) {
    let sum = 0
    for (let i = row * words; i < (row + 1) * words; i++) sum += map[i] = Math.exp(6 * random())
    for (let i = row * words; i < (row + 1) * words; i++) map[i]! /= sum
  }
  return packMap(map, { heads, paddedRows: words, paddedColumns: words }, words, words)
}

const folder = mkdtempSync(join(tmpdir(), 'virtlab-bench-'))
try {
  const id = writeRun(folder)
  const served = await startServing(folder)
  const browser = await chromium.launch(chromiumOptions)
  const page = await browser.newPage({
    viewport: { width: 1440, height: 900 },
    deviceScaleFactor: 2,
  })
  try {
    await page.goto(served.url)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.waitForTimeout(1500)
    await measure(page, id)
  } finally {
    await browser.close()
    await served.stop()
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
