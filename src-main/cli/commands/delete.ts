import { rmSync } from 'node:fs'
import { createInterface } from 'node:readline/promises'
import type { Command } from 'commander'
import { UserError } from '../../../src-shared/errors.ts'
import type { RunRecord } from '../../../src-shared/run-record.ts'
import { withCore } from '../context.ts'

interface DeleteOptions {
  restore?: boolean
  purge?: boolean
  yes?: boolean
}

/** `virtlab delete RUN…` */
export function addDelete(program: Command): void {
  program
    .command('delete')
    .description(
      'Hide runs from all lists; --restore brings them back, --purge removes them for good.',
    )
    .argument('<runs...>', 'ids, the first letters of ids, or names')
    .option('--restore', 'bring deleted runs back')
    .option('--purge', 'remove rows and checkpoints for good')
    .option('--yes', 'do not ask before purging')
    .action(async (references: string[], options: DeleteOptions, command: Command) => {
      await withCore(command, async ({ store, runDir }) => {
        const deleted = Boolean(options.restore ?? options.purge)
        const runs = references.map((reference) => store.runs.find(reference, { deleted }))
        for (const run of runs) refuseActive(run)
        if (options.purge && !options.yes) await confirm(runs)
        for (const run of runs) {
          if (options.purge) {
            store.runs.purge(run.id)
            rmSync(runDir(run.id), { recursive: true, force: true })
          } else {
            store.runs.setDeleted(run.id, !options.restore)
          }
          const done = options.purge ? 'purged' : options.restore ? 'restored' : 'deleted'
          console.log(`${done} ${run.id} (${run.name}, seed ${run.seed})`)
        }
      })
    })
}

function refuseActive({ id, name, status }: RunRecord): void {
  if (status !== 'running' && status !== 'queued') return
  throw new UserError(`run ${id} (${name}) is ${status}`, { fix: 'Stop it first.' })
}

async function confirm(runs: RunRecord[]): Promise<void> {
  const names = runs.map(({ id, name, seed }) => `${id} (${name}, seed ${seed})`).join(', ')
  if (!process.stdin.isTTY) {
    throw new UserError(`this would remove for good: ${names}`, { fix: 'Add --yes if it should.' })
  }
  const dialogue = createInterface({ input: process.stdin, output: process.stdout })
  const answer = await dialogue.question(`Remove for good: ${names}? [y/N] `)
  dialogue.close()
  if (!/^y(es)?$/i.test(answer.trim())) throw new UserError('nothing was removed')
}
