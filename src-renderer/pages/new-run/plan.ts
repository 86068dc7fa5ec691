import type { RunConfig } from '@shared/config/run.ts'
import type { CallOutput } from '@shared/contract/index.ts'
import type { RecipeProblem } from '@shared/contract/recipe.ts'
import { refDebounced } from '@vueuse/core'
import { defineStore, storeToRefs } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import { toApiError, useCall } from '~/composables/use-call.ts'
import { call } from '~/transport/transport.ts'
import { useDraft, type Scope } from './draft.ts'
import { valueAt } from './recipe-document.ts'

export type Estimate = CallOutput<'estimate'>

export interface EstimatedRun {
  name: string
  /** How many times it is trained. */
  seeds: number
  estimate: Estimate
}

/**
 * What the core says of the draft, a moment after one stops typing: its problems, the runs that would be
 * trained, and what they would take.
 */
export function usePlan() {
  const draft = useDraft()
  const { yaml, folder, reuse } = storeToRefs(draft)
  const settled = refDebounced(yaml, 200)
  const plan = useCall('train.plan', () =>
    settled.value.trim() === ''
      ? null
      : {
          yaml: settled.value,
          ...(folder.value === undefined ? {} : { folder: folder.value }),
          reuse: reuse.value,
        },
  )
  const problems = computed<RecipeProblem[]>(() => plan.data.value?.problems ?? [])
  const runs = computed(() => plan.data.value?.runs ?? [])
  /** The answer is about the text as it stands. */
  const current = computed(() => settled.value === yaml.value && !plan.loading.value)

  /** Training pairs as counted by the preview, by the data they were counted in. */
  const counted = usePairCounts()
  const estimates = shallowRef<EstimatedRun[]>([])
  const estimateError = shallowRef<ReturnType<typeof toApiError>>()
  let latest = 0
  watch([runs, () => counted.pairs], estimateAll, { immediate: true })

  async function estimateAll() {
    const mine = ++latest
    const byName = Map.groupBy(runs.value, ({ name }) => name)
    try {
      const done = await Promise.all(
        [...byName].map(async ([name, [first, ...others]]) => {
          if (!first) return []
          const teacher = await teacherConfig(first.teacher)
          const trainPairs = counted.pairsOf(first.config)
          const estimate = await call('estimate', {
            config: first.config,
            ...(teacher ? { teacher } : {}),
            ...(trainPairs === undefined ? {} : { trainPairs }),
          })
          return [{ name, seeds: others.length + 1, estimate }]
        }),
      )
      if (mine !== latest) return
      estimates.value = done.flat()
      estimateError.value = undefined
    } catch (cause) {
      if (mine === latest) estimateError.value = toApiError(cause)
    }
  }

  async function teacherConfig(name: string | undefined): Promise<RunConfig | undefined> {
    if (name === undefined) return undefined
    const planned = runs.value.find((run) => run.name === name)
    if (planned) return planned.config
    const id = reuse.value[name]
    return id === undefined
      ? undefined
      : ((await call('runs.get', { id })).record.config ?? undefined)
  }

  /** Problems of this setting, where this scope is the one to mend it in. */
  function problemsAt(scope: Scope, path: string): RecipeProblem[] {
    const parts = path.split('.')
    const ownedBy = (run: Scope) => valueAt(draft.own(run), parts) !== undefined
    return problems.value.filter((problem) => {
      if (problem.path !== path && !isListItem(problem.path, path)) return false
      if (problem.run === null) return true
      if (scope === null) return !ownedBy(problem.run)
      return problem.run === scope || (!ownedBy(scope) && !ownedBy(problem.run))
    })
  }

  /** The run whose own settings hold the problem; null: those of all runs. */
  function ownerOf({ run, path }: RecipeProblem): Scope {
    if (run === null) return null
    const isOwn =
      /^(teacher|distillation)\b/.test(path) ||
      valueAt(draft.own(run), path.split('.')) !== undefined
    return isOwn ? run : null
  }

  /** As they are mended: what several runs lack and is set for all of them is one. */
  const toMend = computed<RecipeProblem[]>(() => {
    const groups = Map.groupBy(problems.value, (problem) => {
      const { run, path, message, line } = problem
      const owner = ownerOf(problem)
      return JSON.stringify([owner, path, message, run !== null && owner === null ? null : line])
    })
    return [...groups.values()].map(([first]) => first!)
  })

  return {
    problems,
    toMend,
    runs,
    ownerOf,
    current,
    estimates,
    estimateError,
    planError: plan.error,
    problemsAt,
  }
}

/** `data.labels.2` belongs to the field `data.labels`. */
const isListItem = (path: string, field: string) =>
  path.startsWith(`${field}.`) && /^\d+$/.test(path.slice(field.length + 1))

/** How many training pairs data has, as previews have counted them. */
export const usePairCounts = defineStore('new-run-pairs', () => {
  const pairs = shallowRef<ReadonlyMap<string, number>>(new Map())
  const keyOf = (source: unknown) => JSON.stringify(source)
  const count = (source: unknown, kept: number) => {
    if (pairs.value.get(keyOf(source)) === kept) return
    pairs.value = new Map(pairs.value).set(keyOf(source), kept)
  }
  function pairsOf({ data }: RunConfig): number | undefined {
    if (data.dataset === 'demo') return pairs.value.get(keyOf('demo'))
    const kept = data.train && pairs.value.get(keyOf(data.train.path))
    if (kept === undefined) return undefined
    const dev = data.dev ? 0 : data.split.devFraction
    const test = data.test ? 0 : data.split.testFraction
    return Math.round(kept * (1 - dev - test))
  }
  return { pairs, count, pairsOf }
})
