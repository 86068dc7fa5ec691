import { homedir } from 'node:os'
import type { z } from 'zod'
import type { RecipeProblem } from '../../../src-shared/contract/recipe.ts'
import type { suiteInput } from '../../../src-shared/contract/suites.ts'
import { UserError } from '../../../src-shared/errors.ts'
import { currentProvenance } from '../../provenance.ts'
import { patchOf } from '../../recipe/load-recipe.ts'
import type { StoredSuite } from '../../store/suites.ts'
import { continueSuite } from '../../suite/continue-suite.ts'
import {
  defaultSeeds,
  findPreset,
  overridesOf,
  presetRecipe,
  type SuitePlan,
} from '../../suite/plan-suite.ts'
import { suitePresets } from '../../suite/presets/index.ts'
import { lookForSuite, startSuite } from '../../suite/start-suite.ts'
import { shippedData } from '../../suite/suite-data.ts'
import type { ApiContext, Handlers } from '../context.ts'
import { assertReadable } from '../files/allowed.ts'
import { examineRecipe } from '../recipe/examine.ts'
import { readSettings } from '../settings.ts'
import { createSuitePlanner } from './plan.ts'
import { createSuiteViews } from './views.ts'

export function suiteHandlers(
  context: ApiContext,
): Handlers<
  | 'suites.presets'
  | 'suites.plan'
  | 'suites.start'
  | 'suites.list'
  | 'suites.get'
  | 'suites.resume'
  | 'suites.retry'
  | 'suites.stop'
  | 'suites.delete'
  | 'suites.restore'
> {
  const { core, events, worker, shell } = context
  const { suites } = core.store
  const views = createSuiteViews(context)
  const describePlan = createSuitePlanner(core, views.brief)

  const changed = (suite: StoredSuite, runIds: readonly string[]) => {
    if (runIds.length > 0) events.emit('run.changed', { ids: [...runIds], what: 'status' })
    events.emit('suite.changed', { ids: [suite.id] })
    worker.announce()
    worker.kick()
  }

  function examine(input: z.output<typeof suiteInput>) {
    const { preset, options, seeds, yaml, folder, backend, set } = input
    const text = textOf()
    const patch = patchOf({ set, backend }, folder ?? homedir())
    const examined = examineRecipe(text, folder, { patch, ...(seeds ? { seeds } : {}) })
    const overrides = overridesOf({
      set,
      backend,
      // A preset's text has its seeds.
      ...(preset === undefined && seeds ? { seeds } : {}),
    })
    return { ...examined, text, overrides, preset: preset ?? null }

    function textOf(): string {
      if (preset === undefined) {
        if (yaml !== undefined) return yaml
        throw new UserError('there is no suite', { fix: 'Give `preset` or `yaml`.' })
      }
      const { data } = options
      // Only a YAML file is read here; the others are, like every run's, when they are trained on.
      if (data !== undefined && /\.ya?ml$/i.test(data)) {
        assertReadable(data, shell, readSettings(core.store.db))
      }
      return presetRecipe(findPreset(preset), options, seeds ?? defaultSeeds, homedir())
    }
  }

  return {
    'suites.presets': () => ({
      presets: suitePresets.map(({ id, title, summary, takes }) => ({
        id,
        title,
        summary,
        takes: [...takes],
      })),
      datasets: ['demo', ...shippedData()],
    }),
    async 'suites.plan'(input) {
      let examined
      try {
        examined = examine(input)
      } catch (error) {
        if (!(error instanceof UserError)) throw error
        return describePlan.broken(input.yaml ?? '', null, [problemOf(error)])
      }
      const { recipe, problems, text } = examined
      if (!recipe || problems.length > 0) return describePlan.broken(text, recipe, problems)
      const plan: SuitePlan = { ...examined, recipe, name: recipe.name, path: null }
      return describePlan.whole(plan, await lookForSuite(core, plan))
    },
    async 'suites.start'({ fresh, ...input }) {
      const examined = examine(input)
      const { recipe, problems } = examined
      const [problem] = problems
      if (problem || !recipe) {
        const { message = 'this is no recipe', path = '', fix = null } = problem ?? {}
        throw new UserError(message, { where: path || 'recipe', ...(fix === null ? {} : { fix }) })
      }
      const plan: SuitePlan = { ...examined, recipe, name: recipe.name, path: null }
      const provenance = currentProvenance(process.argv.slice(2))
      const { suite, isNew, queued, reused } = await startSuite(core, plan, { provenance, fresh })
      if (isNew) events.emit('run.changed', { ids: queued, what: 'created' })
      changed(suite, isNew ? [] : queued)
      return { id: suite.id, isNew, queued: queued.length, reused: reused.length }
    },
    'suites.list': () => ({ suites: suites.list().map(views.brief) }),
    'suites.get': ({ id }) => views.detail(suites.get(id)),
    async 'suites.resume'({ id }) {
      const suite = suites.get(id)
      const { queued } = await continueSuite(core, suite)
      changed(suite, queued)
      return { queued }
    },
    async 'suites.retry'({ id, cell, seed }) {
      const suite = suites.get(id)
      const { queued } = await continueSuite(core, suite, { name: cell, seed })
      changed(suite, queued)
      return { queued }
    },
    'suites.stop'({ id }) {
      // The queue, here or in another process, looks for it every second.
      if (suites.isAtWork(id)) suites.requestStop(id, true)
      return {}
    },
    'suites.delete'({ id }) {
      if (suites.isAtWork(id)) {
        throw new UserError(`suite ${id} is at work`, { fix: 'Stop it first.' })
      }
      suites.setDeleted(id, true)
      events.emit('suite.changed', { ids: [id] })
      return {}
    },
    'suites.restore'({ id }) {
      suites.setDeleted(id, false)
      events.emit('suite.changed', { ids: [id] })
      return {}
    },
  }
}

/** Of an option, which `where` names as the command line does: a problem's path. */
function problemOf({ message, where = '', fix }: UserError): RecipeProblem {
  return { run: null, path: where, line: null, column: null, message, fix: fix ?? null }
}
