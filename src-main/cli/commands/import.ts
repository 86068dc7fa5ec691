import { resolve } from 'node:path'
import { Option, type Command } from 'commander'
import type { ImportFormat } from '../../../src-shared/run-record.ts'
import { importers } from '../../import/importers.ts'
import { runImport, type ImportRequest } from '../../import/run-import.ts'
import { withCore } from '../context.ts'
import { describeImport } from '../import-summary.ts'

interface ImportOptions {
  format?: ImportFormat
  dryRun?: boolean
  json?: boolean
}

/** `virtlab import PATH` */
export function addImport(program: Command): void {
  const formats = importers.map(({ format, summary }) => `${format} (${summary})`).join('; ')
  program
    .command('import')
    .description(
      'Bring in runs of another Virtlab or of another program; what is here already stays.',
    )
    .argument('<path>', 'a file or folder')
    .addOption(
      new Option('--format <format>', `default: told from the content. ${formats}`).choices(
        importers.map(({ format }) => format),
      ),
    )
    .option('--dry-run', 'tell what would be taken and left, and write nothing')
    .option('--json', 'the summary as JSON')
    .action(async (path: string, options: ImportOptions, command: Command) => {
      const { format, dryRun = false, json = false } = options
      await importPath(command, { path, format, dryRun }, json)
    })
}

/** Imports and prints the summary. */
export async function importPath(
  command: Command,
  request: ImportRequest,
  json: boolean,
): Promise<void> {
  await withCore(command, async ({ store, folder, runDir }) => {
    const target = { store, root: folder.root, runDir }
    const summary = await runImport(target, { ...request, path: resolve(request.path) })
    console.log(json ? JSON.stringify(summary, null, 2) : describeImport(summary))
  })
}
