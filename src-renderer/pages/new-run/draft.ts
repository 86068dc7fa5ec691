import { distillationNames, type DistillationName } from '@shared/config/distillation.ts'
import { checkStudentType, checkTeacherType } from '@shared/config/fit-distillation.ts'
import { isPlainObject } from '@shared/config/flatten.ts'
import { mergePatch } from '@shared/config/merge.ts'
import { modelTypes } from '@shared/config/model.ts'
import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import { call } from '~/transport/transport.ts'
import {
  readRecipe,
  removeFromRecipe,
  renameRun,
  setInRecipe,
  valueAt,
  type Path,
} from './recipe-document.ts'

/** Settings of all runs (`null`) or of one. */
export type Scope = string | null

interface Kept {
  yaml: string
  folder?: string | undefined
  /** Completed runs that stand for runs of the recipe. */
  reuse: Record<string, string>
}

const storageKey = 'virtlab.new-run'
const none: Kept = { yaml: '', reuse: {} }

/**
 * The recipe that is being written. Its text is the one truth: the form changes the text (comments stay),
 * the editor is the text. It outlives a change of page and a reload.
 */
export const useDraft = defineStore('new-run-draft', () => {
  const kept = shallowRef<Kept>(remembered())
  watch(kept, (value) => localStorage.setItem(storageKey, JSON.stringify(value)))

  const yaml = computed({
    get: () => kept.value.yaml,
    set: (text) => (kept.value = { ...kept.value, yaml: text }),
  })
  const folder = computed(() => kept.value.folder)
  const reuse = computed(() => kept.value.reuse)
  const read = computed(() => readRecipe(yaml.value))
  // While the text cannot be read, the form shows what it said last.
  const lastContent = shallowRef(read.value.content)
  watch(
    () => read.value.content,
    (content) => {
      if (content) lastContent.value = content
    },
    { flush: 'sync' },
  )
  const content = computed(() => read.value.content ?? lastContent.value)
  const isEmpty = computed(() => yaml.value.trim() === '')
  const runNames = computed(() => [...(content.value?.runs.keys() ?? [])])

  const own = (scope: Scope): Record<string, unknown> =>
    (scope === null ? content.value?.defaults : content.value?.runs.get(scope)) ?? {}
  /** With what the run gets from the settings of all. */
  const effective = (scope: Scope): Record<string, unknown> => {
    const merged = scope === null ? own(null) : mergePatch(own(null), own(scope))
    return isPlainObject(merged) ? merged : {}
  }
  const place = (scope: Scope, path: Path): Path =>
    scope === null ? ['defaults', ...path] : ['runs', scope, ...path]

  /** A path of the recipe as the core's calls want it. */
  const absolute = (path: string) =>
    folder.value === undefined || /^([\\/]|[a-z]:)/i.test(path) ? path : `${folder.value}/${path}`

  const set = (scope: Scope, path: Path, value: unknown) => {
    yaml.value = setInRecipe(yaml.value, place(scope, path), value)
  }
  const unset = (scope: Scope, path: Path) => {
    yaml.value = removeFromRecipe(yaml.value, place(scope, path))
  }
  const setOfRecipe = (key: 'name' | 'seeds', value: unknown) => {
    yaml.value = setInRecipe(yaml.value, [key], value)
  }

  function begin(next: { yaml: string; folder?: string | undefined; reuse?: Kept['reuse'] }): Kept {
    const before = kept.value
    kept.value = { reuse: {}, ...next }
    return before
  }
  const restore = (before: Kept) => (kept.value = before)
  const clear = () => begin(none)

  /** A name that no run of the recipe has: `bi_encoder`, `bi_encoder-2` … */
  function freeName(wish: string): string {
    let name = wish
    for (let n = 2; runNames.value.includes(name); n++) name = `${wish}-${n}`
    return name
  }
  function addRun(wish: string, settings: unknown): string {
    const name = freeName(wish)
    yaml.value = setInRecipe(yaml.value, ['runs', name], settings)
    return name
  }
  function rename(from: string, to: string): void {
    const { [from]: reused } = reuse.value
    const others = without(reuse.value, from)
    kept.value = {
      ...kept.value,
      yaml: renameRun(yaml.value, from, to),
      reuse: reused === undefined ? others : { ...others, [to]: reused },
    }
  }
  /** What was there before, to put back. */
  function removeRun(name: string): Kept {
    const before = kept.value
    const others = without(reuse.value, name)
    kept.value = {
      ...before,
      yaml: removeFromRecipe(yaml.value, ['runs', name]),
      reuse: others,
    }
    return before
  }

  /** The run that teaches; distillation comes and goes with it, since one is nothing without the other. */
  function setTeacher(run: string, teacher: string | undefined): void {
    if (teacher === undefined) {
      unset(run, ['teacher'])
      unset(run, ['distillation'])
      return
    }
    set(run, ['teacher'], teacher)
    const distils = distillationNames.some(
      (name) => valueAt(effective(run), ['distillation', name]) !== undefined,
    )
    if (!distils) set(run, ['distillation', whyNot('virt', run) ? 'logits' : 'virt'], {})
  }
  /** Why this run, or its teacher, is not one for that distillation; undefined: nothing is known against it. */
  function whyNot(
    name: DistillationName,
    run: string,
  ): 'teacher' | 'student' | 'cross' | undefined {
    const typeOf = (of: string) =>
      modelTypes.find((type) => type === valueAt(effective(of), ['model', 'type']))
    const own = typeOf(run)
    if (own && checkStudentType(name, own)) return 'student'
    const teacher = valueAt(effective(run), ['teacher'])
    if (typeof teacher !== 'string') return 'teacher'
    const theirs = typeOf(teacher)
    return theirs && checkTeacherType(name, theirs, teacher) ? 'cross' : undefined
  }
  /** A completed run as teacher: it joins the recipe under its name and is not trained again. */
  async function setTrainedTeacher(run: string, teacherId: string): Promise<void> {
    const known = Object.entries(reuse.value).find(([, id]) => id === teacherId)
    if (known) {
      setTeacher(run, known[0])
      return
    }
    const clone = await call('runs.clone', { id: teacherId })
    const settings = [...(readRecipe(clone.yaml).content?.runs.values() ?? [])].at(-1) ?? {}
    const name = addRun(clone.name.replaceAll(/[^\w.-]+/g, '-') || 'teacher', settings)
    kept.value = { ...kept.value, reuse: { ...reuse.value, [name]: teacherId } }
    setTeacher(run, name)
  }
  function trainAgain(name: string): void {
    const others = without(reuse.value, name)
    kept.value = { ...kept.value, reuse: others }
  }

  return {
    yaml,
    folder,
    reuse,
    read,
    content,
    isEmpty,
    runNames,
    own,
    effective,
    absolute,
    set,
    unset,
    setOfRecipe,
    begin,
    restore,
    clear,
    freeName,
    addRun,
    rename,
    removeRun,
    setTeacher,
    whyNot,
    setTrainedTeacher,
    trainAgain,
  }
})

const without = (map: Record<string, string>, name: string) =>
  Object.fromEntries(Object.entries(map).filter(([key]) => key !== name))

function remembered(): Kept {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(storageKey) ?? '{}')
    if (!isPlainObject(value) || typeof value['yaml'] !== 'string') return none
    const { yaml, folder, reuse } = value
    return {
      yaml,
      ...(typeof folder === 'string' ? { folder } : {}),
      reuse: Object.fromEntries(
        Object.entries(isPlainObject(reuse) ? reuse : {}).map(([name, id]) => [name, String(id)]),
      ),
    }
  } catch {
    return none
  }
}
