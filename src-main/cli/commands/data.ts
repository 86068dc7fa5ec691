import { InvalidArgumentError, Option, type Command } from 'commander'
import {
  dataConfig,
  dataPresets,
  dataSource,
  type DataSource,
} from '../../../src-shared/config/data.ts'
import { loadTokenizer } from '../../trainer/tokenizer/wordpiece.ts'
import { readSource } from '../../trainer/data/read-source.ts'
import { summarizePart, type PartSummary } from '../../trainer/data/summary.ts'
import { describeFile } from '../data-report.ts'

interface DataOptions {
  format: DataSource['format']
  preset?: DataSource['preset']
  columns?: NonNullable<DataSource['columns']>
  limit?: number
  rows: number
  vocab?: string
  cased?: boolean
  xMaxLength: number
  yMaxLength: number
  json?: boolean
}

const defaults = dataConfig.parse({})

/** `virtlab data` */
export function addData(program: Command): void {
  program
    .command('data')
    .description('Read data files as a run would, and report every row: kept, skipped and why.')
    .argument('<file...>', 'TSV, CSV, JSON Lines or Parquet')
    .addOption(
      new Option('--format <format>', 'default: by file name')
        .choices(dataSource.shape.format.unwrap().options)
        .default('auto'),
    )
    .addOption(new Option('--preset <name>', 'a known column layout').choices(dataPresets))
    .option('--columns <list>', 'own layout, e.g. x=premise,y=hypothesis,label=2', parseColumns)
    .option('--limit <n>', 'read at most this many usable rows', parseCount)
    .option('--rows <n>', 'rows to show', parseCount, 3)
    .option('--vocab <file>', 'a WordPiece vocab.txt: report lengths in tokens and what is cut')
    .option('--cased', 'keep case and accents, as a cased vocabulary wants it')
    .option(
      '--x-max-length <n>',
      'tokens of X, as in data.xMaxLength',
      parseCount,
      defaults.xMaxLength,
    )
    .option('--y-max-length <n>', 'tokens of Y', parseCount, defaults.yMaxLength)
    .option('--json', 'as JSON')
    .action(async (files: string[], options: DataOptions) => {
      const tokenizer =
        options.vocab === undefined
          ? undefined
          : loadTokenizer(options.vocab, { lowercase: !options.cased })
      const reports = []
      for (const path of files) {
        const { format, preset, columns, limit } = options
        const { rows, report } = await readSource({ path, format, preset, columns, limit })
        const summary: PartSummary | undefined =
          tokenizer && summarizePart(rows, report.labelCounts, tokenizer, options)
        const firstRows = rows.slice(0, options.rows)
        if (options.json) reports.push({ ...report, firstRows, tokens: summary?.lengths })
        else console.log(describeFile(report, firstRows, summary))
      }
      if (options.json) console.log(JSON.stringify(reports, null, 2))
    })
}

/** `x=premise,y=3,label=gold label`: names, or positions from 0. */
function parseColumns(text: string): NonNullable<DataSource['columns']> {
  const entries = text.split(',').map((part) => {
    const at = part.indexOf('=')
    const value = part.slice(at + 1)
    return [at < 0 ? part : part.slice(0, at).trim(), /^\d+$/.test(value) ? Number(value) : value]
  })
  const parsed = dataSource.shape.columns.safeParse(Object.fromEntries(entries))
  if (parsed.success && parsed.data) return parsed.data
  throw new InvalidArgumentError(
    'Give x, y and label (and id), e.g. x=premise,y=hypothesis,label=2',
  )
}

function parseCount(text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text)
  throw new InvalidArgumentError('Not a whole number above 0.')
}
