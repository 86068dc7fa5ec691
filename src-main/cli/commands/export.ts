import { Option, type Command } from 'commander'
import { UserError } from '../../../src-shared/errors.ts'
import type { RunRecord } from '../../../src-shared/run-record.ts'
import { exportContents } from '../../export/contents/index.ts'
import { exporters } from '../../export/exporters.ts'
import { runExporters } from '../../export/runs/index.ts'
import type { Store } from '../../store/open.ts'
import { withCore } from '../context.ts'
import { writeOut } from '../write-out.ts'

interface ExportOptions {
  format: string
  what: string
  out?: string
  group?: boolean
  recipe?: string
  all?: boolean
  url?: string
  experiment?: string
}

/** `virtlab export RUN… --format csv` */
export function addExport(program: Command): void {
  const formats = [...exporters, ...runExporters]
    .map(({ format, summary }) => `${format} (${summary})`)
    .join(', ')
  const contents = exportContents.map(({ what, summary }) => `${what} (${summary})`).join('; ')
  program
    .command('export')
    .description(
      'Write what is stored of runs as CSV, JSON, Markdown, LaTeX, HTML, an Excel workbook or TensorBoard event files, or send it to an MLflow server.',
    )
    .argument('[runs...]', 'ids, the first letters of ids, or names')
    .addOption(
      new Option('--format <format>', formats)
        .choices([...exporters, ...runExporters].map(({ format }) => format))
        .default('csv'),
    )
    .addOption(
      new Option('--what <what>', contents)
        .choices(exportContents.map(({ what }) => what))
        .default('metrics'),
    )
    .option('--out <file>', 'write here instead of to the terminal; tensorboard: a folder')
    .option('--url <address>', 'mlflow: the server, e.g. http://127.0.0.1:5000')
    .option('--experiment <name>', 'mlflow: gather the runs there (default: their recipe)')
    .option('--group', 'metrics: one row for runs that differ in their seed only, mean ± std (n)')
    .option('--recipe <name>', 'all runs of this recipe')
    .option('--all', 'all runs')
    .action(async (references: string[], options: ExportOptions, command: Command) => {
      await withCore(command, async ({ store }) => {
        const runs = chooseRuns(store, references, options)
        const program = runExporters.find(({ format }) => format === options.format)
        if (program) {
          for await (const line of program.export(store, runs, options)) console.log(line)
          return
        }
        const exporter = exporters.find(({ format }) => format === options.format)
        const content = exportContents.find(({ what }) => what === options.what)
        if (!exporter || !content) throw new Error('an option that is no choice got through')
        const table = content.table(store, runs, { group: options.group ?? false })
        await writeOut(exporter, exporter.render(table), options.out)
      })
    })
}

function chooseRuns(store: Store, references: string[], options: ExportOptions): RunRecord[] {
  const { recipe, all } = options
  const chosen = references.map((reference) => store.runs.find(reference))
  // Lists are newest first; a table reads in the order of training.
  if (recipe !== undefined) chosen.push(...store.runs.list({ recipe }).reverse())
  else if (all) chosen.push(...store.runs.list().reverse())
  const distinct = [...new Map(chosen.map((run) => [run.id, run])).values()]
  if (distinct.length > 0) return distinct
  throw new UserError(
    recipe === undefined ? 'export what?' : `there are no runs of a recipe "${recipe}"`,
    { fix: 'Name runs, or use --recipe NAME or --all; virtlab runs lists them.' },
  )
}
