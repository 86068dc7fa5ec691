import { chromium } from '@playwright/test'
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createApi } from '../../src-main/api/index.ts'
import { createCore } from '../../src-main/core.ts'
import { openDataFolder } from '../../src-main/data-folder.ts'
import { layout } from '../../src-main/layout.ts'
import { serveApp } from '../../src-main/server/server.ts'
import { chromiumOptions } from '../../test/e2e/support/chromium.ts'

/**
 * What watching a live run costs: `npm run build:renderer && node bench/renderer/live.ts [--seconds 30]`. A run logs 200
 * points a second (steady-trainer.ts) into the database, over 5,000 and over 100,000 steps of history; its
 * page is open in real Chromium. Prints the processor time of the renderer's whole process in per cent of
 * one core, beside Chromium's other processes and the core; exits with 1 over the budget.
 */
const budget = 10
const seconds = Number(process.argv[process.argv.indexOf('--seconds') + 1]) || 30
const recipe =
  'name: live\ndefaults: { data: { dataset: demo } }\nruns: { student: { model: { type: bi_encoder } } }'
let failed = false

console.log(`load average ${loadavg()[0]?.toFixed(1)} on ${availableParallelism()} cores`)
for (const history of [5_000, 100_000]) {
  for (const view of ['run', 'compare'] as const) await watch(history, view)
}
process.exit(failed ? 1 : 0)

async function watch(history: number, view: 'run' | 'compare'): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'virtlab-live-'))
  process.env['STEADY_HISTORY'] = String(history)
  const core = createCore({
    dataFolder: openDataFolder(folder),
    trainerEntry: fileURLToPath(new URL('steady-trainer.ts', import.meta.url)),
  })
  const api = createApi(core)
  const app = await serveApp({ api, renderer: layout.renderer, port: 0 })
  const browser = await chromium.launch(chromiumOptions)
  try {
    const { runs } = await api.call('train.start', { yaml: recipe })
    const run = core.store.runs.get(runs[0] ?? '')
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
    await page.goto(app.url)
    await page.getByRole('navigation', { name: 'Pages' }).waitFor()
    const at = view === 'run' ? `#/run/${run.id}` : `#/compare?runs=${run.id}`
    await page.evaluate((hash) => (location.hash = hash), at)
    await page.locator('figure canvas').first().waitFor()
    while (stored(run.key) < history * 10) await page.waitForTimeout(500)
    await page.waitForTimeout(5000)

    const session = await browser.newBrowserCDPSession()
    const cpu = async () => {
      const { processInfo } = await session.send('SystemInfo.getProcessInfo')
      const of = (wanted: (type: string) => boolean) =>
        processInfo.filter(({ type }) => wanted(type)).reduce((sum, one) => sum + one.cpuTime, 0)
      return {
        renderer: of((type) => type === 'renderer'),
        others: of((type) => type !== 'renderer'),
        core: process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6,
      }
    }
    const [before, points] = [await cpu(), stored(run.key)]
    const began = performance.now()
    await page.waitForTimeout(seconds * 1000)
    const [after, spent] = [await cpu(), (performance.now() - began) / 1000]
    const percent = (of: keyof typeof after) => ((after[of] - before[of]) / spent) * 100
    const rate = (stored(run.key) - points) / spent
    const renderer = percent('renderer')
    const ok = renderer < budget
    failed ||= !ok
    console.log(
      `${ok ? 'ok  ' : 'OVER'} ${view} page, ${history.toLocaleString('en')} steps of history, ${rate.toFixed(0)} points/s: renderer ${renderer.toFixed(1)} % of a core (budget ${budget} %); Chromium's other processes ${percent('others').toFixed(1)} %, core ${percent('core').toFixed(1)} %`,
    )
  } finally {
    await browser.close()
    await app.close()
    await api.shutDown('kill')
    core.close()
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  }

  function stored(runKey: number): number {
    return core.store.db
      .prepare('SELECT coalesce(sum(n), 0) FROM series WHERE run = ?')
      .pluck()
      .get(runKey) as number
  }
}
