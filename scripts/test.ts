import { spawnSync } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { chromium } from '@playwright/test'
import { systemChromium } from '../test/e2e/support/chromium.ts'

/**
 * `npm test`: the tests of the parts (vitest), then the app in a real Chromium (Playwright). The second runs
 * also where the first fails; where there is no Chromium it is left out, said so, and that is no failure on a
 * person's machine (CI sets CI, and has to have one).
 */
const root = fileURLToPath(new URL('..', import.meta.url))
const bin = (name: string) => fileURLToPath(new URL(`../node_modules/${name}`, import.meta.url))
// Of an earlier run: what a test run leaves is read by scripts/ci-summary.mjs.
rmSync(fileURLToPath(new URL('../test-results/e2e.json', import.meta.url)), { force: true })

const parts = run('vitest/vitest.mjs', 'run', ...process.argv.slice(2))
const app = browserThere()
  ? run('vite/bin/vite.js', 'build') || run('@playwright/test/cli.js', 'test')
  : noBrowser()
process.exit(parts || app)

function run(program: string, ...args: string[]): number {
  const { status } = spawnSync(process.execPath, [bin(program), ...args], {
    cwd: root,
    stdio: 'inherit',
  })
  return status ?? 1
}

function browserThere(): boolean {
  return systemChromium !== undefined || existsSync(chromium.executablePath())
}

function noBrowser(): number {
  console.log(
    'The tests of the app in a browser are left out: there is no Chromium. ' +
      'Install your system’s, or `npx playwright install chromium`.',
  )
  return process.env['CI'] ? 1 : 0
}
