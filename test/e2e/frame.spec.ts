import { expect, expectAccessible, test } from './fixtures.ts'

const paths = ['/', '/new', '/runs', '/run', '/compare', '/attention', '/queue', '/settings']

test.describe('first launch', () => {
  test('offers the demo, a dataset and importing', async ({ app, page }) => {
    void app
    await expect(page.getByRole('button', { name: 'Start the demo' })).toBeVisible()
    await expect(page.getByRole('button', { name: 'Choose a file' })).toBeVisible()
    await expect(page.getByRole('button', { name: 'Choose what to import' })).toBeVisible()
    await expectAccessible(page)
  })

  test(
    'the token leaves the address once the session is open',
    { tag: '@served' },
    async ({ app, page }) => {
      expect(app.url).toContain('#token=')
      await expect(page).toHaveURL(/\/#\/$/)
      await page.reload()
      await expect(page.getByRole('button', { name: 'Start the demo' })).toBeVisible()
    },
  )

  test(
    'choosing a file browses the machine of the core',
    { tag: '@served' },
    async ({ app, page }) => {
      void app
      await page.getByRole('button', { name: 'Choose a file' }).click()
      const dialog = page.getByRole('dialog')
      await expect(dialog.getByRole('grid')).toBeVisible()
      await expectAccessible(page)
      await page.keyboard.press('Escape')
      await expect(dialog).toBeHidden()
    },
  )
})

test.describe('the frame', () => {
  test.use({ seed: { seeds: 2, steps: 60 } })

  test('the sidebar leads to every page, and says where one is', async ({ app, page }) => {
    void app
    const sidebar = page.getByRole('navigation', { name: 'Pages' })
    for (const name of ['New run', 'Runs', 'Compare', 'Attention', 'Queue', 'Settings', 'Home']) {
      const link = sidebar.getByRole('link', { name, exact: true })
      await link.click()
      await expect(link).toHaveAttribute('aria-current', 'page')
      await expect(page.getByRole('main').getByRole('heading', { level: 1 })).toHaveCount(1)
    }
  })

  test('keys go to pages, but not while one types', async ({ app, page }) => {
    void app
    await page.keyboard.press('g')
    await page.keyboard.press('q')
    await expect(page).toHaveURL(/#\/queue/)
    await page.keyboard.press('Control+k')
    await page.keyboard.type('gr')
    await expect(page).toHaveURL(/#\/queue/)
  })

  test('the palette finds pages, runs and actions', async ({ app, page, runs }) => {
    void app
    await page.keyboard.press('Control+k')
    const palette = page.getByRole('dialog')
    await palette.getByRole('textbox').fill('compar')
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(/#\/compare/)

    await page.keyboard.press('Control+k')
    await palette.getByRole('textbox').fill('virt_encoder')
    await expect(palette.getByRole('option', { name: /virt_encoder/ })).toHaveCount(2)
    // Runs come later than pages: Enter takes the first all the same.
    await expect(palette.locator('[role=option][data-highlighted]')).toContainText('virt_encoder')
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(new RegExp(`#/run/${runs.get('virt_encoder-2')?.id}`))

    await page.keyboard.press('Control+k')
    await expectAccessible(page)
    await palette.getByRole('textbox').fill('dark')
    await page.keyboard.press('Enter')
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  })

  test('the theme stays over a reload', async ({ app, page }) => {
    void app
    await page.getByRole('button', { name: 'Switch to dark' }).click()
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
    await page.reload()
    await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  })

  test('the help sheet lists the keys', async ({ app, page }) => {
    void app
    await page.keyboard.press('?')
    const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
    await expect(sheet.getByText('Go to Attention')).toBeVisible()
    await expectAccessible(page)
    await page.keyboard.press('Escape')
    await expect(sheet).toBeHidden()
  })

  test('an address that leads nowhere says so', async ({ app, page }) => {
    await app.go('/nowhere')
    await expect(page.getByText('There is no such page').last()).toBeVisible()
    await page.getByRole('button', { name: 'Go to Home' }).click()
    await expect(page).toHaveURL(/#\/$/)
  })

  test('Chinese leaves no English text on any page', async ({ app, page }) => {
    await page.keyboard.press('Control+k')
    await page.getByRole('dialog').getByRole('textbox').fill('中文')
    await page.keyboard.press('Enter')
    await expect(page.locator('html')).toHaveAttribute('lang', 'zh-CN')
    for (const path of paths) {
      await app.go(path)
      await expect(page.getByRole('main').getByRole('heading', { level: 1 })).toBeVisible()
      const headings = await page.getByRole('heading').allInnerTexts()
      for (const heading of headings) {
        // Names of runs, models and metrics are the user's or the field's, in either language.
        if (/^[\w/ .:-]+$/.test(heading)) expect(heading).toMatch(/^[a-z0-9_/ .:-]*$/)
      }
    }
  })

  for (const theme of ['light', 'dark'] as const) {
    test(`axe finds nothing serious on any page (${theme})`, async ({ app, page }) => {
      // Eight pages, each looked through whole.
      test.slow()
      await page.emulateMedia({ colorScheme: theme })
      for (const path of paths) {
        await test.step(path, async () => {
          await app.go(path)
          await expect(page.getByRole('main').getByRole('heading', { level: 1 })).toBeAttached()
          await expect(page.locator('[aria-busy=true], .skeleton')).toHaveCount(0)
          await expectAccessible(page)
        })
      }
    })
  }

  test('nothing scrolls sideways at 1280 pixels', async ({ app, page }) => {
    await page.setViewportSize({ width: 1280, height: 720 })
    for (const path of paths) {
      await app.go(path)
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      )
      expect(overflow, path).toBe(0)
    }
  })
})
