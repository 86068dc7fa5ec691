import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from '@playwright/test'
import { expect, expectAccessible, test as base } from './fixtures.ts'
import { seedRuns } from './support/seed.ts'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** A folder where the served app may look, with TensorBoard's log directory and a bundle in it. */
const test = base.extend<{ shelf: string }>({
  // eslint-disable-next-line no-empty-pattern -- Playwright reads what a fixture needs from its pattern
  shelf: async ({}, use) => {
    const shelf = mkdtempSync(join(homedir(), 'virtlab-e2e-'))
    cpSync(at('../import/fixtures/tensorboard'), join(shelf, 'logs'), { recursive: true })
    const other = mkdtempSync(join(tmpdir(), 'virtlab-e2e-'))
    seedRuns(other, { seeds: 1, steps: 40 })
    const cli = [at('../../bin/virtlab.mjs'), '--data-dir', other]
    execFileSync(process.execPath, [
      ...cli,
      'bundle',
      'export',
      '--all',
      '-o',
      join(shelf, 'all.virtlab'),
    ])
    await use(shelf)
    for (const folder of [shelf, other]) rmSync(folder, { recursive: true, force: true })
  },
})

/** Through the app's own file dialog, by a typed path. */
async function choose(page: Page, kind: 'folder' | 'file', path: string): Promise<void> {
  const dialog = page.getByRole('dialog', { name: 'Import runs' })
  await dialog.getByRole('button', { name: `Choose a ${kind}` }).click()
  const typed = page.getByRole('textbox', { name: 'Path on the machine of the core' })
  await typed.fill(path)
  await page.getByRole('button', { name: 'Choose', exact: true }).click()
}

test.describe('importing', { tag: '@served' }, () => {
  test('a TensorBoard folder, then a bundle: told before and after, once', async ({
    app,
    page,
    shelf,
  }) => {
    void app
    await page.getByRole('button', { name: 'Choose what to import' }).click()
    const dialog = page.getByRole('dialog', { name: 'Import runs' })
    await choose(page, 'folder', join(shelf, 'logs'))
    await expect(dialog.getByText('3 new runs')).toBeVisible()
    await expect(dialog.getByText('TensorBoard', { exact: true })).toBeVisible()
    await expect(dialog.getByText('2 histograms')).toBeVisible()
    await expectAccessible(page)
    await dialog.getByRole('button', { name: 'Import 3 runs' }).click()
    await expect(dialog.getByText('3 runs imported')).toBeVisible()

    await choose(page, 'folder', join(shelf, 'logs'))
    await expect(dialog.getByText('3 are here already')).toBeVisible()
    await expect(dialog.getByRole('button', { name: 'Import', exact: true })).toBeDisabled()

    await choose(page, 'file', join(shelf, 'all.virtlab'))
    await dialog.getByRole('button', { name: /^Import \d+ runs$/ }).click()
    await expect(dialog.getByText(/\d+ runs imported/)).toBeVisible()
    await dialog.getByRole('button', { name: 'Show runs' }).click()
    for (const name of ['slow', 'fast', 'virt_encoder', 'teacher']) {
      await expect(page.getByRole('row', { name: new RegExp(name) }).first()).toBeVisible()
    }
    await page.getByRole('link', { name: 'slow' }).click()
    await expect(page.getByRole('figure').first()).toBeVisible()
  })
})
