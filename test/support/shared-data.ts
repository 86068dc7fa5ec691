import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Path in ../shared/data beside the checkout: real datasets and golden numbers, never in the repository. */
export function sharedData(path: string): string {
  return fileURLToPath(new URL(`../../../shared/data/${path}`, import.meta.url))
}

/** For `describe.skipIf`: where the folder is absent, its tests are skipped. */
export const sharedDataMissing = !existsSync(sharedData('README.md'))
if (sharedDataMissing) console.warn('skipping tests against ../shared/data: the folder is absent')
