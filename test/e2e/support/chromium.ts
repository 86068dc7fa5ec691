import type { LaunchOptions } from '@playwright/test'
import { existsSync } from 'node:fs'

/** The system's own Chromium (CHROMIUM names another); undefined: Playwright's is used. */
export const systemChromium = [
  process.env['CHROMIUM'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
].find((path) => path !== undefined && existsSync(path))

/** How tests, benches and screenshots start it. */
export const chromiumOptions: LaunchOptions = {
  ...(systemChromium === undefined ? {} : { executablePath: systemChromium }),
  // Containers run as root, where Chromium's own sandbox cannot start.
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
}
