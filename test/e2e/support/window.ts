import { _electron, type ElectronApplication } from '@playwright/test'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { electronProgram } from '../../../scripts/start.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))

/** Undefined where Electron's program is not there: its npm package fetches it from outside the registry. */
export const program = electronProgram(join(root, 'node_modules/electron'), process.env)

/** The built, unpacked app (`npm run build`) in its window. */
export async function openWindow(dataFolder: string): Promise<ElectronApplication> {
  if (program === undefined) throw new Error('Electron’s program is not there')
  return await _electron.launch({
    executablePath: program,
    // Containers run as root, where Chromium's own sandbox cannot start.
    args: [root, `--data-dir=${dataFolder}`, ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
  })
}
