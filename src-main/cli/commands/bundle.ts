import { resolve } from 'node:path'
import type { Command } from 'commander'
import { UserError } from '../../../src-shared/errors.ts'
import { exportBundle } from '../../bundle/export-bundle.ts'
import type { Store } from '../../store/open.ts'
import { withCore } from '../context.ts'
import { formatBytes } from '../format.ts'
import { importPath } from './import.ts'

interface ExportOptions {
  out: string
  checkpoints?: boolean
  attention: boolean
  recipe?: string
  all?: boolean
}

/** `virtlab bundle export RUN… -o FILE`, `virtlab bundle import FILE` */
export function addBundle(program: Command): void {
  const bundle = program
    .command('bundle')
    .description(
      'Carry runs and suites, with all that is stored of them, from one Virtlab to another.',
    )
  bundle
    .command('export')
    .description('Write runs, with their teachers, or whole suites into one file.')
    .argument('[what...]', 'runs or suites: ids, the first letters of ids, or names')
    .requiredOption('-o, --out <file>', 'the file to write, e.g. ablation.virtlab')
    .option('--checkpoints', 'with the weights, so that it can be resumed or teach elsewhere')
    .option('--no-attention', 'without the attention maps')
    .option('--recipe <name>', 'all runs of this recipe')
    .option('--all', 'all runs')
    .action(async (what: string[], options: ExportOptions, command: Command) => {
      await withCore(command, async ({ store, folder, runDir }) => {
        const wanted = choose(store, what, options)
        const { runs, bytes } = await exportBundle(
          { store, root: folder.root, runDir },
          { ...wanted, checkpoints: options.checkpoints ?? false, attention: options.attention },
          resolve(options.out),
        )
        console.log(`${options.out}: ${runs.length} runs, ${formatBytes(bytes)}`)
        for (const { id, name, seed } of runs) console.log(`  ${id}  ${name} (seed ${seed})`)
      })
    })
  bundle
    .command('import')
    .description('Take over what a bundle holds; what is here already is not doubled.')
    .argument('<file>', 'a file that `virtlab bundle export` made')
    .option('--dry-run', 'tell what would be taken and left, and write nothing')
    .option('--json', 'the summary as JSON')
    .action(
      async (path: string, options: { dryRun?: boolean; json?: boolean }, command: Command) => {
        const { dryRun = false, json = false } = options
        await importPath(command, { path, format: 'bundle', dryRun }, json)
      },
    )
}

function choose(
  store: Store,
  references: string[],
  { recipe, all }: ExportOptions,
): { runs: string[]; suites: string[] } {
  const runs: string[] = []
  const suites: string[] = []
  for (const reference of references) {
    const suite = store.suites
      .list()
      .find(({ id, recipe: name }) => id === reference || name === reference)
    if (suite && !store.runs.list({ name: reference }).length) suites.push(suite.id)
    else runs.push(store.runs.find(reference).id)
  }
  if (recipe !== undefined) runs.push(...store.runs.list({ recipe }).map(({ id }) => id))
  if (all) runs.push(...store.runs.list().map(({ id }) => id))
  if (runs.length + suites.length > 0) return { runs: [...new Set(runs)], suites }
  throw new UserError('export what?', {
    fix: 'Name runs or suites, or use --recipe NAME or --all; virtlab runs and virtlab suite list show them.',
  })
}
