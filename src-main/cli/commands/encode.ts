import { resolve } from 'node:path'
import { Option, type Command } from 'commander'
import { backendChoice, type BackendChoice } from '../../../src-shared/config/run.ts'
import { indexTypes } from '../../trainer/use/protocol.ts'
import { formatBytes, formatDuration, formatRate } from '../format.ts'
import {
  chosenModel,
  progressOf,
  withModelUser,
  wholeNumber,
  type ModelOptions,
} from '../use-model.ts'

interface EncodeOptions extends ModelOptions {
  corpus: string
  textColumn?: string
  idColumn?: string
  out: string
  dtype: (typeof indexTypes)[number]
  batchSize: number
  shardSize: number
  backend: BackendChoice
}

/** `virtlab encode --run R --corpus FILE --out DIR` */
export function addEncode(program: Command): void {
  program
    .command('encode')
    .description(
      'Encode a corpus of Y texts once, into an index that `virtlab match` searches. Run again, it goes on where it was ended. docs/use-a-model.md.',
    )
    .option('--run <run>', 'id, first letters of one, or name: its best checkpoint')
    .option('--checkpoint <dir>', 'or a model folder')
    .requiredOption('--corpus <file>', 'txt: a text a line; tsv, csv, jsonl, parquet: a column')
    .option('--text-column <name>', 'default: text, y, sentence …')
    .option('--id-column <name>', 'default: id, else rows are numbered')
    .requiredOption('--out <dir>', 'the index’s folder')
    .addOption(
      new Option('--dtype <type>', 'of the vectors').choices(indexTypes).default('float32'),
    )
    .option('--batch-size <n>', 'texts at once', wholeNumber('--batch-size'), 32)
    .option(
      '--shard-size <n>',
      'texts a file at most; a file holds 64 MiB of float32 at most',
      wholeNumber('--shard-size'),
      4096,
    )
    .addOption(
      new Option('--backend <backend>', 'what computes')
        .choices(backendChoice.options)
        .default('auto'),
    )
    .action(async (options: EncodeOptions, command: Command) => {
      await withModelUser(
        command,
        async (user, core) => {
          const dir = chosenModel(core, options)
          const progress = progressOf('encoding')
          const { textColumn, idColumn, dtype, batchSize, shardSize } = options
          const answer = await user
            .ask(
              {
                kind: 'encode',
                dir,
                corpus: { path: resolve(options.corpus), textColumn, idColumn },
                out: resolve(options.out),
                dtype,
                batchSize,
                shardSize,
              },
              (at) => progress.show(at),
            )
            .finally(() => progress.clear())
          const { texts, kept, truncated, bytes, seconds } = answer
          const made = texts - kept
          console.log(
            `${options.out}: ${texts} texts, ${formatBytes(bytes)} in ${dtype}` +
              (made > 0
                ? `; ${made} encoded now in ${formatDuration(seconds)} (${formatRate(made / seconds)}/s)`
                : '; nothing was left to do') +
              (kept > 0 && made > 0 ? `, ${kept} were there` : '') +
              (truncated > 0 ? `; ${truncated} were longer than the model reads and were cut` : ''),
          )
        },
        options.backend,
      )
    })
}
