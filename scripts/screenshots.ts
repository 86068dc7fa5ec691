import { chromium, type Browser, type Page } from '@playwright/test'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { openDataFolder } from '../src-main/data-folder.ts'
import { openStore } from '../src-main/store/open.ts'
import { chromiumOptions } from '../test/e2e/support/chromium.ts'
import { startServing } from '../test/e2e/support/serve.ts'

/**
 * The pictures of docs/tour.md, from the app itself over real trainings of the demo:
 *
 *     npm run build:renderer && npm run screenshots [-- --data-dir FOLDER] [--look-over FOLDER]
 *
 * First trains the demo and the ablation on it with three seeds and measures what the models cost (some twenty
 * minutes), unless the data folder has that already; without
 * --data-dir everything is made in a folder that is removed at the end. One more training runs while the
 * pictures of live pages are taken. --look-over also takes every page in both themes, both languages and
 * at 1280, 1920 and 3840 pixels, for looking it over.
 */
const { values } = parseArgs({
  options: { 'data-dir': { type: 'string' }, 'look-over': { type: 'string' } },
})
const images = fileURLToPath(new URL('../docs/images/', import.meta.url))
const cli = fileURLToPath(new URL('../bin/virtlab.mjs', import.meta.url))
const temporary = mkdtempSync(join(tmpdir(), 'virtlab-tour-'))
const folder = values['data-dir'] ?? join(temporary, 'data')
const seeds = [1, 2, 3]

type Ids = Record<'teacher' | 'bi_encoder' | 'virt_encoder', string[]> & { suite: string }

const query = 'felix visits the market at dusk in winter on tuesday'
const candidates = [
  'clara calls a friend at dusk',
  'felix rests at dawn',
  'ben sells a bike at dusk in winter on tuesday',
  'greta paints a door on wednesday at noon',
  'henry visits the market at midnight',
]

type Store = ReturnType<typeof openStore>

interface Shot {
  name: string
  path: (ids: Ids) => string
  /** What one presses before the picture is taken. */
  prepare?: (page: Page) => Promise<void>
}

const first = (ids: Ids) => ids.virt_encoder[0] ?? ''
const all = (ids: Ids) => [ids.teacher, ids.bi_encoder, ids.virt_encoder].flat().join(',')

const shots: Shot[] = [
  { name: 'runs', path: () => '/runs' },
  { name: 'run', path: (ids) => `/run/${first(ids)}` },
  {
    name: 'run-predictions',
    path: (ids) => `/run/${first(ids)}?tab=predictions`,
    prepare: (page) => page.getByText('Confusion').first().waitFor({ timeout: 10_000 }),
  },
  { name: 'compare', path: (ids) => `/compare?runs=${all(ids)}&lines=group` },
  { name: 'compare-examples', path: (ids) => `/compare?runs=${all(ids)}&tab=examples` },
  {
    name: 'attention',
    path: (ids) => `/attention?run=${first(ids)}`,
    prepare: (page) => page.locator('[data-shown]').waitFor({ timeout: 20_000 }),
  },
  { name: 'new-run', path: () => '/new?preset=demo' },
  { name: 'new-suite', path: () => '/suites/new?preset=generality' },
  {
    name: 'suite',
    path: (ids) => `/suites/${ids.suite}`,
    prepare: (page) => page.getByText(/± \d/).first().waitFor({ timeout: 20_000 }),
  },
  {
    name: 'tables',
    path: () => '/tables',
    async prepare(page) {
      await page.getByRole('button', { name: /^Ablation/ }).click()
      await page.getByText(/± \d/).first().waitFor({ timeout: 20_000 })
    },
  },
  {
    name: 'efficiency',
    path: () => '/efficiency?cost=query_ms/1000&budget=20',
    prepare: (page) => page.getByRole('figure').first().waitFor({ timeout: 20_000 }),
  },
  {
    name: 'playground',
    path: (ids) =>
      `/playground?${new URLSearchParams({
        model: first(ids),
        other: ids.teacher[0] ?? '',
        q: query,
        y: candidates.join('\n'),
      }).toString()}`,
    async prepare(page) {
      await page.getByRole('button', { name: 'Rank' }).click()
      await page
        .getByRole('list', { name: /ranked candidates$/ })
        .nth(1)
        .waitFor({ timeout: 60_000 })
    },
  },
  { name: 'settings', path: () => '/settings' },
  {
    name: 'backends',
    path: () => '/settings?tab=backends',
    prepare: (page) => page.getByText('GFLOP/s').first().waitFor({ timeout: 90_000 }),
  },
  {
    name: 'palette',
    path: () => '/runs',
    async prepare(page) {
      await page.keyboard.press('Control+k')
      await page.getByRole('dialog').getByRole('textbox').fill('virt')
    },
  },
]

try {
  const ids = trainedRuns()
  const browser = await chromium.launch(chromiumOptions)
  try {
    await takeFirstLaunch(browser)
    await takeTour(browser, ids)
  } finally {
    await browser.close()
  }
} finally {
  rmSync(temporary, { recursive: true, force: true, maxRetries: 3 })
}

/** The demo with every seed, the ablation on it, and what they cost: made now where they are not there. */
function trainedRuns(): Ids {
  const inStore = <T>(read: (store: Store) => T): T => {
    const store = openStore(openDataFolder(folder).database)
    try {
      return read(store)
    } finally {
      store.close()
    }
  }
  const find = () => {
    const completed = inStore((store) => store.runs.list({ status: 'completed' }))
    const of = (name: string) =>
      seeds.map((seed) => completed.find((run) => run.name === name && run.seed === seed)?.id ?? '')
    return {
      teacher: of('teacher'),
      bi_encoder: of('bi_encoder'),
      virt_encoder: of('virt_encoder'),
    }
  }
  if (Object.values(find()).flat().includes('')) virtlab('demo', '--seeds', seeds.join(','))
  const wholeAblation = () =>
    inStore(({ suites, runs }) => {
      const completed = new Set(runs.list({ status: 'completed' }).map(({ id }) => id))
      return suites
        .list()
        .filter(({ preset }) => preset === 'ablation')
        .find(({ key }) => suites.cells(key).every(({ runId }) => completed.has(runId ?? '')))?.id
    })
  if (!wholeAblation()) {
    virtlab('suite', 'run', 'ablation', '--data', 'demo', '--seeds', seeds.join(','))
  }
  if (inStore(({ efficiency }) => efficiency.list()).length === 0) virtlab('measure', '--all')
  return { ...find(), suite: wholeAblation() ?? '' }
}

function virtlab(...args: string[]): void {
  const { status } = spawnSync(process.execPath, [cli, '--data-dir', folder, ...args], {
    stdio: 'inherit',
  })
  if (status !== 0) throw new Error(`virtlab ${args.join(' ')} ended with ${status}`)
}

async function takeFirstLaunch(browser: Browser): Promise<void> {
  const served = await startServing(join(temporary, 'empty'))
  try {
    const page = await open(browser, served.url, look('light', 1440, 900))
    await shoot(page, images, 'first-launch')
  } finally {
    await served.stop()
  }
}

async function takeTour(browser: Browser, ids: Ids): Promise<void> {
  const served = await startServing(folder)
  const go = async (page: Page, { path, prepare }: Omit<Shot, 'name'>) => {
    await page.goto(`${served.url.replace(/#.*/, '')}#${path(ids)}`)
    await prepare?.(page)
  }
  const takeAll = async (to: string, options: Look) => {
    const page = await open(browser, served.url, options)
    for (const shot of [
      { name: 'home', path: () => '/' },
      { name: 'queue', path: () => '/queue' },
      ...shots,
    ]) {
      await go(page, shot).catch((error: unknown) =>
        console.error(`${shot.name}: ${String(error)}`),
      )
      await shoot(page, to, shot.name)
      await page.keyboard.press('Escape')
    }
    await page.context().close()
  }
  try {
    const page = await open(browser, served.url, look('light', 1440, 900))
    for (const shot of shots) {
      await go(page, shot)
      await shoot(page, images, shot.name)
      await page.keyboard.press('Escape')
    }
    const dark = await open(browser, served.url, look('dark', 1440, 900))
    await go(dark, { path: (ids) => `/run/${first(ids)}` })
    await shoot(dark, images, 'dark')
    const chinese = await open(browser, served.url, look('light', 1440, 900, 'zh-CN'))
    await go(chinese, { path: () => '/runs' })
    await shoot(chinese, images, 'chinese')
    if (values['look-over'] !== undefined) {
      const to = values['look-over']
      for (const theme of ['light', 'dark'] as const) {
        await takeAll(join(to, `${theme}-1280`), look(theme, 1280, 800))
        await takeAll(join(to, `${theme}-1920`), look(theme, 1920, 1080))
        await takeAll(join(to, `${theme}-3840`), look(theme, 3840, 2160))
      }
      await takeAll(join(to, 'chinese-1440'), look('light', 1440, 900, 'zh-CN'))
    }
    await takeLive(page)
  } finally {
    await served.stop()
  }

  /** While a training runs; it is cancelled afterwards, and what it left goes. */
  async function takeLive(page: Page): Promise<void> {
    await go(page, { path: () => '/' })
    await page.getByRole('button', { name: 'Start the demo' }).click()
    await page.waitForURL(/#\/run\/\w+/)
    const id = /run\/(\w+)/.exec(page.url())?.[1] ?? ''
    await page
      .getByText(/step \d{2,}/)
      .first()
      .waitFor({ timeout: 120_000 })
    await page.waitForTimeout(15_000)
    await shoot(page, images, 'run-live')
    await go(page, { path: () => '/queue' })
    await shoot(page, images, 'queue')
    await go(page, { path: () => '/' })
    await shoot(page, images, 'home')
    await go(page, { path: () => '/queue' })
    await page.getByRole('button', { name: /^Stop/ }).first().click()
    await page.waitForTimeout(3000)
    const store = openStore(openDataFolder(folder).database)
    const left = store.runs
      .list()
      .filter(({ createdAt }) => createdAt >= store.runs.get(id).createdAt)
    for (const run of left) store.runs.purge(run.id)
    store.close()
  }
}

interface Look {
  theme: 'light' | 'dark'
  width: number
  height: number
  locale: string
}

function look(theme: Look['theme'], width: number, height: number, locale = 'en-GB'): Look {
  return { theme, width, height, locale }
}

async function open(
  browser: Browser,
  url: string,
  { theme, width, height, locale }: Look,
): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    locale,
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  await page.goto(url)
  await page.getByRole('navigation').first().waitFor()
  return page
}

async function shoot(page: Page, to: string, name: string): Promise<void> {
  mkdirSync(to, { recursive: true })
  // Charts and maps are drawn in the frame after their data.
  await page.waitForTimeout(1200)
  await page.screenshot({ path: join(to, `${name}.png`) })
  console.log(join(to, `${name}.png`))
}
