import type { ExportFormat } from '@shared/contract/export.ts'
import type { TableRecipe } from '@shared/tables/recipe.ts'
import { strToU8, zipSync } from 'fflate'
import { copyParts, fileNameFrom, saveFile } from '~/lib/files.ts'
import { call } from '~/transport/transport.ts'

export interface Choice {
  format: ExportFormat
  siunitx?: boolean
}

/**
 * Saves the table with its footnote beside it: one archive, so that the two stay together. Named after the table
 * and its format.
 */
export async function saveTable(recipe: TableRecipe, choice: Choice): Promise<string> {
  const { table, footnote } = await call('tables.export', { recipe, ...choice })
  const files = [table, ...footnote].map(({ fileName, data }) => [fileName, data] as const)
  const { yaml } = await call('tables.write', { recipe })
  const name = fileNameFrom(recipe.name)
  const archive = zipSync({
    ...Object.fromEntries(files),
    [`${name}.recipe.yaml`]: strToU8(yaml),
  })
  const fileName = `${name}-${choice.format}.zip`
  saveFile(fileName, new Blob([archive], { type: 'application/zip' }))
  return fileName
}

/** Puts the table on the clipboard: as a table for word processors, and as text of this format for all others. */
export async function copyTable(recipe: TableRecipe, choice: Choice): Promise<boolean> {
  const [html, text] = await Promise.all([
    call('tables.export', { recipe, format: 'html' }),
    call('tables.export', { recipe, ...choice }),
  ])
  const read = (data: Uint8Array) => new TextDecoder().decode(data)
  // The clipboard applies a sheet of styles as the page's policy forbids it: it would be lost, with an error.
  const markup = read(html.table.data).replace(/<style>[^]*?<\/style>/, '')
  return copyParts({ 'text/html': markup, 'text/plain': read(text.table.data) })
}
