import { dialog, shell, type BrowserWindow, type OpenDialogOptions } from 'electron'
import { resolve, sep } from 'node:path'
import type { CallRequest } from '../../src-shared/contract/index.ts'
import { UserError } from '../../src-shared/errors.ts'
import { isInside } from '../api/files/allowed.ts'
import type { Text } from './text.ts'

/**
 * The contract's `fs.pick`: a native dialog, on macOS a sheet of its window.
 * @returns the chosen path, null where the dialog was closed
 */
export async function pick(
  window: BrowserWindow | undefined,
  request: CallRequest<'fs.pick'>,
  text: Text,
): Promise<string | null> {
  const { kind, startIn, suggestedName, filters } = request
  const startPath = [startIn, suggestedName].filter((part) => part !== undefined).join(sep)
  const common = {
    title: request.title ?? defaultTitle(kind, text),
    buttonLabel: kind === 'save' ? undefined : text.choose,
    ...(startPath === '' ? {} : { defaultPath: startPath }),
    ...(kind === 'folder' ? {} : { filters }),
  }
  const options = Object.fromEntries(
    Object.entries(common).filter(([, value]) => value !== undefined),
  )
  if (kind === 'save') {
    const { canceled, filePath } = await (window
      ? dialog.showSaveDialog(window, options)
      : dialog.showSaveDialog(options))
    return canceled || filePath === '' ? null : filePath
  }
  const open: OpenDialogOptions = {
    ...options,
    properties: kind === 'folder' ? ['openDirectory'] : ['openFile'],
  }
  const { canceled, filePaths } = await (window
    ? dialog.showOpenDialog(window, open)
    : dialog.showOpenDialog(open))
  return canceled ? null : (filePaths[0] ?? null)
}

const defaultTitle = (kind: 'file' | 'folder' | 'save', text: Text): string =>
  ({ file: text.chooseFile, folder: text.chooseFolder, save: text.saveAs })[kind]

/** The contract's `fs.reveal`: only what lies in the data folder; the page may not point elsewhere. */
export function reveal(path: string, dataFolder: string): void {
  if (!isInside(dataFolder, resolve(path))) {
    throw new UserError('only what lies in the data folder can be shown', { where: path })
  }
  shell.showItemInFolder(resolve(path))
}
