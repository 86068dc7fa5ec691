import { expect, test } from './fixtures.ts'
import { program } from './support/window.ts'

// What is the window's alone; all other specs run in it too (project `window` in playwright.config.ts).
test.use({ shell: 'window' })
test.skip(program === undefined, 'Electron’s program is not here: npx install-electron fetches it')

test('the page has the bridge and nothing of Node or Electron', async ({ app, page }) => {
  void app
  const seen = await page.evaluate(() => ({
    bridge: Object.keys((globalThis as unknown as { virtlab: object }).virtlab),
    strangers: ['require', 'process', 'module', 'Buffer', 'electron'].filter(
      (name) => name in globalThis,
    ),
    origin: location.origin,
  }))
  expect(seen).toEqual({ bridge: ['call', 'subscribe'], strangers: [], origin: 'virtlab://app' })
})

test('the page can neither leave, open windows, run text as code nor load from elsewhere', async ({
  electron,
  page,
}) => {
  const attempts = await page.evaluate(async () => {
    const blocked = async (attempt: () => unknown) => {
      try {
        return (await attempt()) === null ? 'null' : 'went through'
      } catch (error) {
        return (error as Error).name
      }
    }
    return {
      open: await blocked(() => window.open('https://example.org/')),
      // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the policy forbids it, too
      code: await blocked(() => new Function('return 1')),
      fetch: await blocked(() => fetch('https://example.org/')),
      file: await blocked(() => fetch('file:///etc/hostname')),
    }
  })
  expect(attempts).toEqual({
    open: 'null',
    code: 'EvalError',
    fetch: 'TypeError',
    file: 'TypeError',
  })
  await page.evaluate(() => void (location.href = 'https://example.org/'))
  await expect(page).toHaveURL(/^virtlab:\/\/app\//)
  expect(electron!.windows()).toHaveLength(1)
})

test('the native menu opens pages', async ({ app, electron, page }) => {
  void app
  await electron!.evaluate(({ Menu }) => {
    const items = Menu.getApplicationMenu()!.items.flatMap((item) => item.submenu?.items ?? [])
    // Electron types it as Function.
    const { click } = items.find(({ label }) => label === 'Queue')!
    ;(click as () => void)()
  })
  await expect(page).toHaveURL(/#\/queue$/)
})

test('closing the window ends the app when nothing is being trained', async ({ app, electron }) => {
  void app
  const closed = electron!.waitForEvent('close')
  await electron!.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.close())
  await closed
})
