import { chromium, type Page } from '@playwright/test'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { seedRuns } from '../test/e2e/support/seed.ts'
import { startServing } from '../test/e2e/support/serve.ts'

/**
 * `npm run build:renderer && npm run screenshots`: the pictures of docs/tour.md, from the app itself over seeded
 * runs. With a folder as argument everything is also taken there in both themes at 1280, 1920 and 3840
 * pixels, for looking it over.
 */
const images = fileURLToPath(new URL('../docs/images/', import.meta.url))
const lookOver = process.argv[2]

interface Shot {
  name: string
  path: (ids: Record<string, string>) => string
  prepare?: (page: Page) => Promise<void>
}

const shots: Shot[] = [
  { name: 'home', path: () => '/' },
  { name: 'new-run', path: () => '/new' },
  { name: 'runs', path: () => '/runs' },
  { name: 'run', path: ({ virt }) => `/run/${virt}` },
  {
    name: 'compare',
    path: ({ teacher, bi, virt }) => `/compare?runs=${[teacher, bi, virt].join(',')}`,
  },
  { name: 'attention', path: ({ virt }) => `/attention?run=${virt}` },
  { name: 'queue', path: () => '/queue' },
  { name: 'settings', path: () => '/settings' },
  {
    name: 'palette',
    path: () => '/runs',
    prepare: async (page) => {
      await page.keyboard.press('Control+k')
      await page.getByRole('dialog').getByRole('textbox').fill('virt')
    },
  },
]

const folder = mkdtempSync(join(tmpdir(), 'virtlab-tour-'))
const runs = seedRuns(folder, { seeds: 5, steps: 1200 })
const idOf = (name: string) => runs.get(name)?.id ?? ''
const ids = { teacher: idOf('teacher-1'), bi: idOf('bi_encoder-1'), virt: idOf('virt_encoder-1') }
const executablePath = [process.env['CHROMIUM'], '/usr/bin/chromium'].find(
  (path) => path !== undefined && existsSync(path),
)
const browser = await chromium.launch({
  ...(executablePath === undefined ? {} : { executablePath }),
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
})
const served = await startServing(folder)
try {
  await take(images, 'light', 1440, 900)
  if (lookOver !== undefined) {
    for (const theme of ['light', 'dark'] as const) {
      for (const [width, height] of [
        [1280, 800],
        [1920, 1080],
        [3840, 2160],
      ] as const) {
        await take(join(lookOver, `${theme}-${width}`), theme, width, height)
      }
    }
  }
} finally {
  await browser.close()
  await served.stop()
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
}

async function take(to: string, theme: 'light' | 'dark', width: number, height: number) {
  mkdirSync(to, { recursive: true })
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    locale: 'en-GB',
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
  })
  const page = await context.newPage()
  await page.goto(served.url)
  await page.getByRole('navigation', { name: 'Pages' }).waitFor()
  for (const { name, path, prepare } of shots) {
    await page.goto(`${served.url.replace(/#.*/, '')}#${path(ids)}`)
    await prepare?.(page)
    await page.waitForLoadState('networkidle', { timeout: 3000 }).catch(() => undefined)
    // Charts and maps are drawn in the frame after their data.
    await page.waitForTimeout(800)
    await page.screenshot({ path: join(to, `${name}.png`) })
    await page.keyboard.press('Escape')
    console.log(join(to, `${name}.png`))
  }
  await context.close()
}
