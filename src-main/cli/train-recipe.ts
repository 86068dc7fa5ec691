import { InvalidArgumentError, type Command } from 'commander'
import { currentProvenance } from '../provenance.ts'
import type { LoadedRecipe } from '../recipe/load-recipe.ts'
import { metricsNamed } from '../results/headline-metrics.ts'
import { summarizeRun } from '../results/summarize.ts'
import type { Core } from '../core.ts'
import { openStore } from '../store/open.ts'
import { withCore } from './context.ts'
import { formatGroups } from './run-table.ts'
import { exitCodeOf, workQueue } from './work-queue.ts'

/** Queues and trains a loaded recipe, then prints what came of it. */
export async function trainRecipe(command: Command, recipe: LoadedRecipe): Promise<void> {
  await withCore(command, async (core) => {
    const { runIds } = core.queue.addRecipe({
      ...recipe,
      provenance: currentProvenance(process.argv.slice(2)),
    })
    await workAndReport(core, runIds)
  })
}

/** Works off the queue, prints the table of these runs and how to go on, and sets the exit code. */
export async function workAndReport(core: Core, ids: string[]): Promise<void> {
  const { runs, interrupted } = await workQueue(core)
  console.log(`\n${describeResults(core, ids)}`)
  const unfinished = runs.filter(({ status }) => status !== 'completed')
  if (unfinished.length > 0) {
    console.log(`\nTo go on: virtlab resume ${unfinished.map(({ id }) => id).join(' ')}`)
  }
  process.exitCode = exitCodeOf(runs, interrupted)
}

const shown = metricsNamed(
  'dev/accuracy',
  'dev/loss',
  'test/accuracy',
  'test/spearman',
  'test/mrr',
  'test/ndcg',
  'test/loss',
  'train/steps_per_second',
  'inference/pairs_per_second',
)

/**
 * The runs' table, seeds of a run in one row. It is read through a connection of its own: what it shows is
 * what the file holds, not what this process remembers.
 */
function describeResults(core: Core, ids: string[]): string {
  const store = openStore(core.store.path)
  try {
    const summaries = ids.map((id) => summarizeRun(store, store.runs.get(id)))
    return `${formatGroups(summaries, shown)}\n\nRead from ${core.store.path}; dev numbers are the best checkpoint’s.`
  } finally {
    store.close()
  }
}

/** `1,2,3` */
export function parseSeeds(text: string): number[] {
  const seeds = text.split(',').map((part) => (part.trim() === '' ? NaN : Number(part)))
  if (seeds.some((seed) => !Number.isSafeInteger(seed) || seed < 0)) {
    throw new InvalidArgumentError('Seeds are whole numbers with commas between, e.g. 1,2,3.')
  }
  if (new Set(seeds).size < seeds.length) {
    throw new InvalidArgumentError('A seed is given twice.')
  }
  return seeds
}
