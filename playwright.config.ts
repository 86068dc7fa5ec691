import { defineConfig } from '@playwright/test'
import { chromiumOptions } from './test/e2e/support/chromium.ts'
import { program } from './test/e2e/support/window.ts'

/**
 * The served app in real Chromium: `npm run build:renderer && npm run test:e2e`.
 */
export default defineConfig<{ shell: 'served' | 'window' }>({
  testDir: 'test/e2e',
  outputDir: 'test-results/e2e',
  // Every test has a core of its own; two at a time leave a trainer room on a small machine.
  workers: 2,
  fullyParallel: false,
  // A real training of the demo recipe is part of it.
  timeout: 120_000,
  expect: { timeout: 15_000 },
  projects: [
    { name: 'served' },
    // The same specs in the window, but for those of the token, the session and the served file picker.
    ...(program === undefined
      ? []
      : [{ name: 'window', use: { shell: 'window' as const }, grepInvert: /@served/ }]),
  ],
  reporter: [['list'], ['json', { outputFile: 'test-results/e2e.json' }]],
  use: {
    browserName: 'chromium',
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    timezoneId: 'UTC',
    colorScheme: 'light',
    trace: 'retain-on-failure',
    launchOptions: chromiumOptions,
  },
})
