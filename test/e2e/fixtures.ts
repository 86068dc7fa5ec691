import AxeBuilder from '@axe-core/playwright'
import { test as base, expect, type ElectronApplication, type Page } from '@playwright/test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { RunRecord } from '../../src-shared/run-record.ts'
import { seedRuns, type SeedOptions } from './support/seed.ts'
import { startServing } from './support/serve.ts'
import { openWindow } from './support/window.ts'

interface Options {
  /** What the data folder holds before the app starts; undefined: a first launch. */
  seed: SeedOptions | undefined
  /** `virtlab serve` in Chromium, or the window, where Electron's program is there. */
  shell: 'served' | 'window'
  /** Variables of the served app's process, beside the own ones. */
  env: Record<string, string>
}

interface Fixtures {
  /** Removed afterwards. */
  dataFolder: string
  /** The window's application; undefined when served. */
  electron: ElectronApplication | undefined
  /** The seeded runs, by name and seed: `virt_encoder-1`. */
  runs: Map<string, RunRecord>
  /** The served app, open at Home in `page`. Goes to other pages with `app.go('/runs')`. */
  app: { url: string; go: (path: string) => Promise<void> }
}

/**
 * `test` with an app of its own: `virtlab serve` over a temporary data folder, opened as a person does, by the
 * printed link. Every test also fails on an error in the console (the page's policy being broken among
 * them) and on the word `undefined` on screen.
 *
 *     test.use({ seed: { seeds: 3 } })
 *     test('sorting', async ({ app, page }) => { await app.go('/runs') … })
 */
export const test = base.extend<Options & Fixtures>({
  seed: [undefined, { option: true }],
  shell: ['served', { option: true }],
  env: [{}, { option: true }],

  // eslint-disable-next-line no-empty-pattern -- Playwright reads what a fixture needs from its pattern
  dataFolder: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'virtlab-e2e-'))
    await use(folder)
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  },

  runs: async ({ dataFolder, seed }, use) => {
    await use(seed === undefined ? new Map<string, RunRecord>() : seedRuns(dataFolder, seed))
  },

  electron: async ({ shell, dataFolder, runs }, use) => {
    void runs // written before the app opens the database
    if (shell === 'served') return use(undefined)
    const electron = await openWindow(dataFolder)
    await use(electron)
    // Not close(), which asks what shall become of training.
    await electron.evaluate(({ app }) => app.exit(0)).catch(() => undefined)
  },

  page: async ({ page, electron }, use) => use(electron ? await electron.firstWindow() : page),

  app: async ({ page, electron, dataFolder, runs, env }, use) => {
    void runs
    const problems: string[] = []
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text())
    })
    page.on('pageerror', (error) => problems.push(error.message))

    const served = electron ? undefined : await startServing(dataFolder, env)
    if (served) await page.goto(served.url)
    const url = served?.url ?? page.url()
    await expect(page.getByRole('navigation', { name: /Pages|页面/ })).toBeVisible()
    await use({
      url,
      go: async (path) => {
        await page.goto(`${url.replace(/#.*/, '')}#${path}`)
      },
    })
    const text = page.isClosed() ? '' : await page.locator('body').innerText()
    // The page goes first: losing its event stream is an error it would rightly report.
    if (served && !page.isClosed()) await page.goto('about:blank')
    await served?.stop()
    expect(text, 'nothing undefined on screen').not.toMatch(/\b(undefined|NaN|\[object)\b/)
    expect(problems, 'no errors in the console').toEqual([])
  },
})

export { expect }

/** Fails for what axe calls serious or critical, with the element and the rule. */
export async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  const serious = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) =>
      nodes.map((node) => `${id}: ${help}\n  ${node.html}\n  ${node.failureSummary ?? ''}`),
    )
  expect(serious.join('\n'), 'axe finds nothing serious').toBe('')
}
