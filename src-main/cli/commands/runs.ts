import { Option, type Command } from 'commander'
import { runStatuses, type RunStatus } from '../../../src-shared/run-record.ts'
import { summarizeRun, type RunSummary } from '../../results/summarize.ts'
import { withCore } from '../context.ts'
import { formatGroups, formatRuns } from '../run-table.ts'
import { summaryForJson } from '../summary-json.ts'

interface RunsOptions {
  group?: boolean
  recipe?: string
  status?: RunStatus
  deleted?: boolean
  json?: boolean
}

/** `virtlab runs` */
export function addRuns(program: Command): void {
  program
    .command('runs')
    .description('List the runs, newest first.')
    .option('--group', 'one row for runs that differ in their seed only: mean ± std (n)')
    .option('--recipe <name>', 'only runs of this recipe')
    .addOption(new Option('--status <status>', 'only runs of this status').choices(runStatuses))
    .option('--deleted', 'also the deleted ones')
    .option('--json', 'as JSON')
    .action(async (options: RunsOptions, command: Command) => {
      await withCore(command, ({ store }) => {
        const summaries = store.runs.list(options).map((run) => summarizeRun(store, run))
        console.log(options.json ? toJson(summaries) : describe(summaries, options))
      })
    })
}

function describe(summaries: RunSummary[], { group }: RunsOptions): string {
  if (summaries.length === 0) return 'No runs. Train some: virtlab demo'
  return group ? formatGroups(summaries) : formatRuns(summaries)
}

const toJson = (summaries: RunSummary[]): string =>
  JSON.stringify(summaries.map(summaryForJson), null, 2)
