import { mkdtempSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { openDataFolder } from '../../src-main/data-folder.ts'
import { openStore, type Store } from '../../src-main/store/open.ts'
import { expect, expectAccessible, test as base } from './fixtures.ts'
import { startServing } from './support/serve.ts'

interface Folders {
  /** Where the served app may look. */
  shelf: string
  /** A second data folder. */
  other: string
}

const test = base.extend<Folders>({
  // eslint-disable-next-line no-empty-pattern -- Playwright reads what a fixture needs from its pattern
  shelf: async ({}, use) => {
    const folder = mkdtempSync(join(homedir(), 'virtlab-e2e-'))
    await use(folder)
    rmSync(folder, { recursive: true, force: true })
  },
  // eslint-disable-next-line no-empty-pattern -- as above
  other: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'virtlab-e2e-'))
    await use(folder)
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  },
})

/** What is stored of runs by this name: how much of everything, and one value in full. */
function contentOf(dataFolder: string, names: readonly string[]) {
  const store: Store = openStore(openDataFolder(dataFolder).database)
  try {
    return names.map((name) => {
      const [run, ...others] = store.runs.list({ name })
      if (!run) return { name, missing: true }
      return {
        id: run.id,
        doubled: others.length,
        series: store.series.summaries(run.key),
        predictions: store.details.predictionCounts(run.key),
        attention: store.details.attentionSummary(run.key),
        checkpoints: store.details.checkpoints(run.key).length,
      }
    })
  } finally {
    store.close()
  }
}

async function bringIn(page: Page, path: string) {
  const dialog = page.getByRole('dialog', { name: 'Import runs' })
  await dialog.getByRole('button', { name: 'Choose a file' }).click()
  await page.getByRole('textbox', { name: 'Path on the machine of the core' }).fill(path)
  await page.getByRole('button', { name: 'Choose', exact: true }).click()
  return dialog
}

test.describe('a bundle', { tag: '@served' }, () => {
  test.use({ seed: { seeds: 1, steps: 40 } })

  test('of two runs goes to another data folder with everything, once', async ({
    app,
    page,
    dataFolder,
    shelf,
    other,
  }) => {
    const names = ['teacher', 'virt_encoder']
    await app.go('/runs')
    for (const name of names) {
      await page
        .getByRole('row', { name: new RegExp(name) })
        .getByRole('checkbox')
        .click()
    }
    await page.getByRole('button', { name: 'Export as bundle …' }).click()
    const dialog = page.getByRole('dialog', { name: 'Export as bundle' })
    await expect(dialog.getByText('2 runs', { exact: true })).toBeVisible()
    await expect(dialog.getByRole('checkbox', { name: 'Attention maps' })).toBeChecked()
    await expect(dialog.getByRole('checkbox', { name: 'Checkpoints' })).not.toBeChecked()
    await expectAccessible(page)
    const coming = page.waitForEvent('download')
    await dialog.getByRole('button', { name: 'Export', exact: true }).click()
    const download = await coming
    expect(download.suggestedFilename()).toBe('runs.virtlab')
    const file = join(shelf, 'runs.virtlab')
    await download.saveAs(file)
    await expect(dialog).toBeHidden()

    const second = await startServing(other)
    try {
      await page.goto('about:blank')
      await page.goto(second.url)
      await page.getByRole('button', { name: 'Choose what to import' }).click()
      const importing = await bringIn(page, file)
      await importing.getByRole('button', { name: 'Import 2 runs' }).click()
      await expect(importing.getByText('2 runs imported')).toBeVisible()
      const sent = contentOf(dataFolder, names)
      expect(sent[1]).toMatchObject({ doubled: 0 })
      expect(contentOf(other, names)).toEqual(sent)

      await bringIn(page, file)
      await expect(importing.getByText('2 are here already')).toBeVisible()
      await expect(importing.getByRole('button', { name: 'Import', exact: true })).toBeDisabled()
      expect(contentOf(other, names)).toEqual(sent)

      await page.keyboard.press('Escape')
      await page.goto(`${second.url.replace(/#.*/, '')}#/runs`)
      await expect(
        page.getByRole('row', { name: /virt_encoder/ }).getByText('bundle', { exact: true }),
      ).toBeVisible()
      await page.getByRole('link', { name: 'virt_encoder' }).click()
      // The table with its own badges is gone once the run's charts are there.
      await expect(page.getByRole('figure').first()).toBeVisible()
      await expect(page.getByTitle('Imported from Virtlab bundle')).toHaveCount(1)
      await page.goto('about:blank')
    } finally {
      await second.stop()
    }
  })
})
