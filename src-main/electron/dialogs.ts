import { dialog, shell, type BrowserWindow, type OpenDialogOptions } from 'electron'
import { isAbsolute, relative, resolve, sep } from 'node:path'
import type { CallOutput, CallRequest } from '../../src-shared/contract/index.ts'
import { ApiError } from '../../src-shared/contract/index.ts'
import type { Text } from './text.ts'

/** The contract's `fs.pick`: a native dialog, a sheet of its window. */
export async function pick(
  window: BrowserWindow | undefined,
  request: CallRequest<'fs.pick'>,
  text: Text,
): Promise<CallOutput<'fs.pick'>> {
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
    return { supported: true, path: canceled || filePath === '' ? null : filePath }
  }
  const open: OpenDialogOptions = {
    ...options,
    properties: kind === 'folder' ? ['openDirectory'] : ['openFile'],
  }
  const { canceled, filePaths } = await (window
    ? dialog.showOpenDialog(window, open)
    : dialog.showOpenDialog(open))
  return { supported: true, path: canceled ? null : (filePaths[0] ?? null) }
}

const defaultTitle = (kind: 'file' | 'folder' | 'save', text: Text): string =>
  ({ file: text.chooseFile, folder: text.chooseFolder, save: text.saveAs })[kind]

/** The contract's `fs.reveal`: only what lies in the data folder; the page may not point elsewhere. */
export function reveal(path: string, dataFolder: string): CallOutput<'fs.reveal'> {
  if (!isInside(path, dataFolder)) {
    throw new ApiError({
      code: 'user',
      message: 'only the data folder can be shown in the file manager',
      where: path,
    })
  }
  shell.showItemInFolder(resolve(path))
  return { supported: true }
}

function isInside(path: string, folder: string): boolean {
  const inside = relative(folder, path)
  return inside !== '..' && !inside.startsWith(`..${sep}`) && !isAbsolute(inside)
}
