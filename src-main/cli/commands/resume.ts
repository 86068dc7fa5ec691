import type { Command } from 'commander'
import { withCore } from '../context.ts'
import { workAndReport } from '../train-recipe.ts'

/** `virtlab resume RUN…` */
export function addResume(program: Command): void {
  program
    .command('resume')
    .description('Go on with stopped, crashed or failed runs from their last checkpoints.')
    .argument('<runs...>', 'ids, the first letters of ids, or names; they run in this order')
    .action(async (references: string[], _options: object, command: Command) => {
      await resumeRuns(command, references)
    })
}

export async function resumeRuns(command: Command, references: string[]): Promise<void> {
  await withCore(command, async (core) => {
    const runs = references.map((reference) => core.store.runs.find(reference))
    for (const run of runs) await core.queue.addResumed(run)
    await workAndReport(
      core,
      runs.map(({ id }) => id),
    )
  })
}
