import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Command } from 'commander'
import { UserError } from '../../../src-shared/errors.ts'
import { settledStates } from '../../../src-shared/suite.ts'
import type { Core } from '../../core.ts'
import { currentProvenance } from '../../provenance.ts'
import type { StoredSuite } from '../../store/suites.ts'
import { continueSuite, type CellChoice, type Continued } from '../../suite/continue-suite.ts'
import { planSuite } from '../../suite/plan-suite.ts'
import { suitePresets } from '../../suite/presets/index.ts'
import { startSuite } from '../../suite/start-suite.ts'
import { suiteCells } from '../../suite/suite-cells.ts'
import { suiteTable } from '../../suite/suite-table.ts'
import { withCore } from '../context.ts'
import { formatTime } from '../format.ts'
import { addSuiteOptions, type SuiteFlags } from '../suite-options.ts'
import { describeUndone, formatSuite, tally } from '../suite-report.ts'
import { formatSuiteResults } from '../suite-results.ts'
import { formatTable } from '../table.ts'
import { workQueue } from '../work-queue.ts'

interface RunOptions extends SuiteFlags {
  resume?: string
  fresh?: boolean
  parallel?: number
  dryRun?: boolean
}

/** `virtlab suite …` */
export function addSuite(program: Command): void {
  const suite = program
    .command('suite')
    .description('Experiments: a grid of runs over seeds, teachers first; docs/suites.md.')

  addSuiteOptions(
    suite
      .command('run')
      .description('Train a preset, or a recipe file; called again it goes on where it was.')
      .argument('[preset or file]', suitePresets.map(({ id }) => id).join(', ')),
  )
    .option('--resume <suite>', 'go on with this one')
    .option('--fresh', 'train everything anew, use no run that is there already')
    .option('--parallel <n>', 'trainers at once, never two on one GPU', Number, 1)
    .option('--dry-run', 'print the cells, train nothing')
    .action(async (what: string | undefined, options: RunOptions, command: Command) => {
      await runSuite(command, what, options)
    })

  suite
    .command('list')
    .description('The presets, and the suites of this data folder, newest first.')
    .action((_options: object, command: Command) => listSuites(command))

  addSuiteOptions(
    suite
      .command('show')
      .description('A suite’s table and what of it is not done; or the recipe that a preset is.')
      .argument('<suite or preset>', 'id, the first letters of one, or name'),
  ).action(async (what: string, options: SuiteFlags, command: Command) => {
    const isPreset = suitePresets.some(({ id }) => id === what)
    if (isPreset || existsSync(what)) console.log(planSuite(what, options).text.trimEnd())
    else
      await withCore(command, async (core) =>
        console.log(await describeSuite(core, core.store.suites.find(what))),
      )
  })

  suite
    .command('retry')
    .description('Train failed cells again, and the students that wait for them.')
    .argument('<suite>')
    .argument('[cell]', 'its name, or the id of its run; default: all that failed')
    .option('--seed <n>', 'only this seed of it', Number)
    .action(
      async (
        reference: string,
        name: string | undefined,
        options: CellChoice,
        command: Command,
      ) => {
        await withCore(command, async (core) => {
          const found = core.store.suites.find(reference)
          const { queued } = await continueSuite(core, found, { name, seed: options.seed })
          if (queued.length === 0) {
            throw new UserError('there is no such cell that could be tried again', {
              where: `suite ${found.id}`,
              fix: `virtlab suite show ${found.id} tells how they stand.`,
            })
          }
          await workSuite(core, found)
        })
      },
    )

  suite
    .command('stop')
    .description('Ask the process that works on a suite to write its checkpoints and stop.')
    .argument('<suite>')
    .action(async (reference: string, _options: object, command: Command) => {
      await withCore(command, (core) => stopSuite(core, core.store.suites.find(reference)))
    })
}

async function runSuite(
  command: Command,
  what: string | undefined,
  { resume, fresh = false, parallel = 1, dryRun, ...flags }: RunOptions,
): Promise<void> {
  if (!Number.isSafeInteger(parallel) || parallel < 1) {
    throw new UserError('a whole number from 1 is wanted', { where: '--parallel' })
  }
  if (resume !== undefined) {
    if (what !== undefined) {
      throw new UserError('a suite that is gone on with brings its own cells', {
        where: '--resume',
        fix: `Leave "${what}" away.`,
      })
    }
    await withCore(command, async (core) => {
      const suite = core.store.suites.find(resume)
      announce(core, suite, await continueSuite(core, suite), `going on with suite ${suite.id}`)
      core.queue.setParallel(parallel)
      await workSuite(core, suite)
    })
    return
  }
  if (what === undefined) {
    throw new UserError('which experiment?', {
      fix: `virtlab suite run ablation; there are ${suitePresets.map(({ id }) => id).join(', ')}, and recipe files.`,
    })
  }
  const plan = planSuite(what, flags)
  if (dryRun) {
    console.log(
      `${plan.name}: ${plan.runs.length} runs\n\n${formatTable(
        [
          { title: 'cell', value: ({ name }) => name },
          { title: 'seed', value: ({ seed }) => String(seed), align: 'right' },
          { title: 'model', value: ({ config }) => config.model.type },
          { title: 'teacher', value: ({ teacher }) => teacher ?? '–' },
          { title: 'backend', value: ({ config }) => config.backend },
        ],
        plan.runs,
      )}`,
    )
    for (const { name, reason } of plan.skipped) console.log(`${name}: impossible: ${reason}`)
    return
  }
  await withCore(command, async (core) => {
    const provenance = currentProvenance(process.argv.slice(2))
    const started = await startSuite(core, plan, { provenance, fresh })
    const { suite, isNew, reused } = started
    announce(
      core,
      suite,
      started,
      `${isNew ? 'suite' : 'going on with suite'} ${suite.id} (${suite.recipe})`,
    )
    for (const { cell, run } of reused) {
      const from = run.recipe === null ? '' : ` of ${run.recipe}`
      console.error(`  ${cell} seed ${run.seed} is there: run ${run.id}${from}, weights verified`)
    }
    core.queue.setParallel(parallel)
    await workSuite(core, suite)
  })
}

function announce(core: Core, suite: StoredSuite, { queued }: Continued, head: string): void {
  const cells = suiteCells(core.store, suite)
  console.error(`${head}: ${cells.length} cells, ${queued.length} to train`)
}

/** Works off the queue, prints the suite as it stands then, and sets the exit code. */
async function workSuite(core: Core, suite: StoredSuite): Promise<void> {
  const { interrupted } = await workQueue(core)
  console.log(`\n${await describeSuite(core, suite)}`)
  const cells = suiteCells(core.store, suite)
  const open = cells.some(({ state }) => !settledStates.has(state))
  process.exitCode = interrupted ? 130 : open ? 1 : 0
}

async function describeSuite(core: Core, suite: StoredSuite): Promise<string> {
  const cells = suiteCells(core.store, suite)
  const table = suiteTable(core.store, cells)
  const results = await formatSuiteResults(core.store, suite)
  const lines = [`${suite.recipe} (suite ${suite.id}): ${tally(cells)}`]
  // What stands in the grid is in its results, the others (teachers) are listed.
  const alone = table.groups.filter(({ levels }) => Object.keys(levels).length === 0)
  if (!results || !table.axes) lines.push('', formatSuite(table))
  else if (alone.length > 0) lines.push('', formatSuite({ groups: alone, axes: undefined }))
  if (results) lines.push('', results)
  const undone = describeUndone(cells)
  if (undone.length > 0) lines.push('', ...undone)
  const states = new Set(cells.map(({ state }) => state))
  if (states.has('interrupted') || states.has('missing')) {
    lines.push('', `To go on: virtlab suite run --resume ${suite.id}`)
  }
  if (states.has('failed'))
    lines.push('', `To try again what failed: virtlab suite retry ${suite.id}`)
  return lines.join('\n')
}

async function listSuites(command: Command): Promise<void> {
  await withCore(command, ({ store }) => {
    const presets = formatTable(
      [
        { title: 'preset', value: ({ id }) => id },
        { title: 'what', value: ({ summary }) => summary },
      ],
      suitePresets,
    )
    const suites = formatTable<StoredSuite>(
      [
        { title: 'suite', value: ({ id }) => id },
        { title: 'name', value: ({ recipe }) => recipe },
        { title: 'cells', value: (suite) => tally(suiteCells(store, suite)) },
        { title: 'when', value: ({ createdAt }) => formatTime(createdAt) },
      ],
      store.suites.list(),
    )
    console.log(`${presets}\n\n${suites}`)
  })
}

async function stopSuite({ store }: Core, suite: StoredSuite): Promise<void> {
  if (!store.suites.isAtWork(suite.id)) {
    console.log(`suite ${suite.id} (${suite.recipe}) is not at work`)
    return
  }
  store.suites.requestStop(suite.id, true)
  while (store.suites.isAtWork(suite.id)) await sleep(200)
  store.suites.requestStop(suite.id, false)
  console.log(`stopped; to go on: virtlab suite run --resume ${suite.id}`)
}
