import { writeFileSync } from 'node:fs'
import { extname, resolve } from 'node:path'
import { Option, type Command } from 'commander'
import { backendChoice, type BackendChoice } from '../../../src-shared/config/run.ts'
import { UserError } from '../../../src-shared/errors.ts'
import type { Ranking } from '../../../src-shared/ranking.ts'
import { describeRanking, rankingFiles } from '../ranking-report.ts'
import {
  chosenModel,
  progressOf,
  withModelUser,
  wholeNumber,
  type ModelOptions,
} from '../use-model.ts'

interface MatchOptions extends ModelOptions {
  index: string
  query?: string
  queries?: string
  textColumn?: string
  idColumn?: string
  top: number
  label?: string
  out?: string
  backend: BackendChoice
}

/** `virtlab match --index DIR --query TEXT` */
export function addMatch(program: Command): void {
  program
    .command('match')
    .description(
      'Rank the candidates of an index that `virtlab encode` made, for one query or a file of them; with times. docs/use-a-model.md.',
    )
    .requiredOption('--index <dir>', 'the index')
    .option('--query <text>', 'one query')
    .option('--queries <file>', 'or a file of them: txt, tsv, csv, jsonl, parquet')
    .option('--text-column <name>', 'of --queries; default: text, query, x …')
    .option('--id-column <name>', 'of --queries; default: id, else rows are numbered')
    .option('--top <n>', 'candidates a query', wholeNumber('--top'), 10)
    .option('--label <label>', 'rank by its probability; default: the label that says “match”')
    .option('--out <file>', 'write all scores: .tsv, .csv or .jsonl')
    .option('--run <run>', 'the model that made the index, where it is not where it was')
    .option('--checkpoint <dir>', 'or its folder')
    .addOption(
      new Option('--backend <backend>', 'what computes')
        .choices(backendChoice.options)
        .default('auto'),
    )
    .action(async (options: MatchOptions, command: Command) => {
      const queries = queriesOf(options)
      const write = options.out === undefined ? undefined : writerOf(options.out)
      await withModelUser(
        command,
        async (user, core) => {
          const dir = options.run || options.checkpoint ? chosenModel(core, options) : null
          const progress = progressOf('matching')
          const { top, label = null } = options
          const index = resolve(options.index)
          const { rankings } = await user
            .ask({ kind: 'match', index, dir, queries, top, label }, (at) => progress.show(at))
            .finally(() => progress.clear())
          await write?.(rankings)
          if (write) console.log(`${options.out}: ${rankings.length} queries`)
          else console.log(rankings.map(describeRanking).join('\n\n'))
        },
        options.backend,
      )
    })
}

function queriesOf({ query, queries, textColumn, idColumn }: MatchOptions) {
  if ((query === undefined) === (queries === undefined)) {
    throw new UserError('give either one query or a file of them', {
      where: '--query, --queries',
      fix: 'virtlab match --index DIR --query "a text", or --queries FILE',
    })
  }
  if (query !== undefined) return { text: query }
  return { path: resolve(queries!), textColumn, idColumn }
}

function writerOf(out: string): (rankings: Ranking[]) => Promise<void> {
  const render = rankingFiles[extname(out).slice(1).toLowerCase()]
  if (!render) {
    throw new UserError('the file’s ending tells no format', {
      where: '--out',
      fix: `Choose one of ${Object.keys(rankingFiles)
        .map((ending) => `.${ending}`)
        .join(', ')}.`,
    })
  }
  return async (rankings) => writeFileSync(out, await render(rankings))
}
