import { Menu, type MenuItemConstructorOptions } from 'electron'
import type { Text } from './text.ts'

export interface MenuActions {
  /** Shows a route of the page, e.g. `/queue`. */
  open(path: string): void
  openPalette(): void
  showDataFolder(): void
}

export function setMenu(options: MenuOptions): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(options)))
}

export interface MenuOptions {
  platform: NodeJS.Platform
  /** The inspector is for development builds. */
  packaged: boolean
  text: Text
  actions: MenuActions
}

/**
 * The native menu: Electron's roles, so that copying, zooming and closing work as the platform has them,
 * and the app's own commands. macOS has an app menu, and settings and quitting in it.
 */
export function menuTemplate({
  platform,
  packaged,
  text,
  actions,
}: MenuOptions): MenuItemConstructorOptions[] {
  const mac = platform === 'darwin'
  const open = (path: string) => () => actions.open(path)
  const settings: MenuItemConstructorOptions = {
    label: text.settings,
    accelerator: 'CmdOrCtrl+,',
    click: open('/settings'),
  }
  const separator: MenuItemConstructorOptions = { type: 'separator' }

  const appMenu: MenuItemConstructorOptions = {
    role: 'appMenu',
    submenu: [
      { role: 'about' },
      separator,
      settings,
      separator,
      { role: 'services' },
      separator,
      { role: 'hide' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      separator,
      { role: 'quit' },
    ],
  }
  const file: MenuItemConstructorOptions = {
    label: text.file,
    submenu: [
      { label: text.newRun, accelerator: 'CmdOrCtrl+N', click: open('/new') },
      separator,
      { label: text.showDataFolder, click: () => actions.showDataFolder() },
      separator,
      ...(mac ? [{ role: 'close' as const }] : [settings, separator, { role: 'quit' as const }]),
    ],
  }
  const view: MenuItemConstructorOptions = {
    label: text.view,
    submenu: [
      {
        label: text.commandPalette,
        accelerator: 'CmdOrCtrl+K',
        // The page has this key itself, also where it is served.
        registerAccelerator: false,
        click: () => actions.openPalette(),
      },
      separator,
      { role: 'resetZoom' },
      { role: 'zoomIn' },
      { role: 'zoomOut' },
      { role: 'togglefullscreen' },
      ...(packaged
        ? []
        : [separator, { role: 'reload' as const }, { role: 'toggleDevTools' as const }]),
    ],
  }
  const pages: [label: string, path: string][] = [
    [text.home, '/'],
    [text.runs, '/runs'],
    [text.compare, '/compare'],
    [text.attention, '/attention'],
    [text.queue, '/queue'],
  ]
  const go: MenuItemConstructorOptions = {
    label: text.go,
    submenu: pages.map(([label, path], index) => ({
      label,
      accelerator: `CmdOrCtrl+${index + 1}`,
      click: open(path),
    })),
  }
  return [
    ...(mac ? [appMenu] : []),
    file,
    { role: 'editMenu', label: text.edit },
    view,
    go,
    { role: 'windowMenu', label: text.window },
    ...(mac
      ? []
      : [{ role: 'help' as const, label: text.help, submenu: [{ role: 'about' as const }] }]),
  ]
}
