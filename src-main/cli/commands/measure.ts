import { Option, type Command } from 'commander'
import { backendChoice } from '../../../src-shared/config/run.ts'
import { measureSettings, type MeasureSettings } from '../../../src-shared/efficiency.ts'
import { UserError } from '../../../src-shared/errors.ts'
import type { Core } from '../../core.ts'
import { exporters } from '../../export/exporters.ts'
import { measureCost } from '../../efficiency/measure.ts'
import { costPoints } from '../../efficiency/points.ts'
import { speedUpTable } from '../../efficiency/speed-up-table.ts'
import { checkpointOf, type Checkpoint } from '../../efficiency/subjects.ts'
import { withCore } from '../context.ts'
import { describeCost } from '../cost-report.ts'
import { writeOut } from '../write-out.ts'

interface MeasureCommandOptions {
  all?: boolean
  checkpoint: 'best' | 'last'
  reference?: string
  alone?: boolean
  lengths?: string
  candidates: string
  batchSizes: string
  corpus: string
  seconds: string
  backend: string
  json?: boolean
  table?: boolean
  format: string
  metric?: string
}

/** `virtlab measure RUN…` */
export function addMeasure(program: Command): void {
  const defaults = measureSettings.parse({})
  program
    .command('measure')
    .description(
      'What checkpoints cost: latency, pairs/s, FLOPs, memory, cache; with a cross-encoder timed beside them. docs/efficiency.md.',
    )
    .argument('[checkpoints...]', 'runs (id, first letters of one, name) or model folders')
    .option('--all', 'every completed run whose checkpoint is there')
    .addOption(
      new Option('--checkpoint <kind>', 'of runs').choices(['best', 'last']).default('best'),
    )
    .option(
      '--reference <checkpoint>',
      'timed beside; default: the teacher, else a cross_encoder of the same data',
    )
    .option('--alone', 'without a reference')
    .option(
      '--lengths <x/y>',
      'texts of random tokens, so long with [CLS] and [SEP], or `full`; default: the run’s own texts',
    )
    .option('--candidates <n,…>', 'cached candidates a query', defaults.candidates.join())
    .option('--batch-sizes <n,…>', 'for pairs a second', defaults.batchSizes.join())
    .option('--corpus <n>', 'texts of the index that is built', String(defaults.corpus))
    .option('--seconds <s>', 'about as long for each quantity', String(defaults.seconds))
    .addOption(
      new Option('--backend <backend>', 'what computes')
        .choices(backendChoice.options)
        .default(defaults.backend),
    )
    .option('--json', 'all samples, as stored')
    .option(
      '--table',
      'measure nothing: the speed-up table of what was measured, a dataset and hardware each',
    )
    .addOption(
      new Option('--format <format>', 'of --table')
        .choices(exporters.map(({ format }) => format))
        .default('md'),
    )
    .option('--metric <metric>', 'of --table; default: test/accuracy, or dev/accuracy')
    .action(async (references: string[], options: MeasureCommandOptions, command: Command) => {
      const settings = readSettings(options)
      const lengths = options.lengths === undefined ? undefined : readLengths(options.lengths)
      if (options.alone && options.reference !== undefined) {
        throw new UserError('--alone and --reference exclude each other', { where: '--reference' })
      }
      await withCore(command, async (core) => {
        if (options.table) return writeTables(core, options)
        const subjects = options.all
          ? everyCheckpoint(core)
          : references.map((reference) => checkpointOf(core, reference, options.checkpoint))
        if (subjects.length === 0) {
          throw new UserError('there is no checkpoint to measure', {
            fix: 'Name runs or model folders, or train some: virtlab demo.',
          })
        }
        const reference = options.alone
          ? null
          : options.reference === undefined
            ? undefined
            : checkpointOf(core, options.reference)
        const found = []
        for (const subject of subjects) {
          const measurement = await measureCost(core, {
            subject,
            reference,
            lengths,
            settings,
            onProgress: showProgress(subject.name),
          })
          clearProgress()
          found.push(measurement)
          if (!options.json) console.log(`${describeCost(measurement)}\n`)
        }
        if (options.json) console.log(JSON.stringify(found, null, 2))
      })
    })
}

async function writeTables(core: Core, { format, metric }: MeasureCommandOptions): Promise<void> {
  const exporter = exporters.find((one) => one.format === format)!
  const points = costPoints(core.store)
  if (points.length === 0) {
    throw new UserError('nothing was measured yet', { fix: 'virtlab measure --all' })
  }
  const groups = Map.groupBy(points, ({ dataset, hardware }) => `${dataset}, ${hardware}`)
  for (const [title, members] of groups) {
    const known = members.some(({ scores }) => scores['test/accuracy'])
    const table = speedUpTable(members, metric ?? (known ? 'test/accuracy' : 'dev/accuracy'))
    // Whoever reads one table from a pipe wants no titles in it.
    if (groups.size > 1) console.error(title)
    await writeOut(exporter, exporter.render(table), undefined)
  }
}

function everyCheckpoint(core: Core): Checkpoint[] {
  return core.store.runs.list({ status: 'completed' }).flatMap((run) => {
    try {
      return [checkpointOf(core, run.id)]
    } catch (error) {
      if (error instanceof UserError) return []
      throw error
    }
  })
}

function readSettings(options: MeasureCommandOptions): MeasureSettings {
  const list = (text: string) => text.split(',').map(Number)
  const parsed = measureSettings.safeParse({
    candidates: list(options.candidates),
    batchSizes: list(options.batchSizes),
    corpus: Number(options.corpus),
    seconds: Number(options.seconds),
    backend: options.backend,
  })
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const option = { batchSizes: 'batch-sizes' }[String(issue?.path[0])] ?? String(issue?.path[0])
  throw new UserError(issue?.message ?? 'the settings do not fit', { where: `--${option}` })
}

/** 130/130, or full. */
function readLengths(text: string): { x: number | null; y: number | null } {
  if (text === 'full') return { x: null, y: null }
  const [x, y, ...more] = text.split('/').map(Number)
  const isLength = (n: number | undefined) => n !== undefined && Number.isInteger(n) && n >= 3
  if (more.length === 0 && isLength(x) && isLength(y)) return { x: x!, y: y! }
  throw new UserError(`"${text}" is no pair of lengths`, {
    where: '--lengths',
    fix: 'Write two whole numbers from 3, such as 64/328, or full.',
  })
}

function showProgress(name: string) {
  return ({ part, done, total }: { part: string; done: number; total: number }) => {
    const text = `${name}  ${done + 1}/${total}  ${part.replace('_', ' ')}`
    if (process.stderr.isTTY) process.stderr.write(`\r\u001b[2K${text}`)
  }
}

function clearProgress(): void {
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[2K')
}
