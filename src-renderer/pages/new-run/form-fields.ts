import type { CallOutput } from '@shared/contract/index.ts'
import { isPlainObject } from '@shared/config/flatten.ts'
import { mergePatch } from '@shared/config/merge.ts'
import { valueAt, type RecipeContent } from './recipe-document.ts'
import { plain } from './field-value.ts'
import type { Scope } from './draft.ts'

export type FormField = CallOutput<'config.schema'>['fields'][number]

export const sections = ['model', 'data', 'training', 'distillation', 'logging', 'backend'] as const
export type SectionName = (typeof sections)[number]

/** The settings that most runs differ in; the others are behind "all settings" until they are set. */
const usual = new Set([
  'model.type',
  'model.pretrained',
  'model.size',
  'model.vocab',
  'data.xMaxLength',
  'data.yMaxLength',
  'training.epochs',
  'training.batchSize',
  'training.learningRate',
  'training.warmupRatio',
  'training.selectBy',
  'training.evalEvery',
  'logging.attention.examples',
  'backend',
])

/** Shown by parts of their own: the dataset with its files, and seeds, which a recipe has for all runs. */
const elsewhere = /^(data\.(dataset|train|dev|test)\b|training\.seed$)/

export const sectionOf = ({ path }: FormField): SectionName =>
  sections.find((name) => path === name || path.startsWith(`${name}.`)) ?? 'model'

/** A distillation's settings are shown only where it is on, and then all of them. */
export const isUsual = ({ path }: FormField): boolean =>
  usual.has(path) || path.startsWith('distillation.')

/** Whether the setting means something in this scope: for this run, or for any where it is for all. */
export function applies(field: FormField, scope: Scope, content: RecipeContent): boolean {
  if (elsewhere.test(field.path)) return false
  const { defaults, runs } = content
  // Every run says itself what model it is.
  if (field.path === 'model.type' && scope === null) {
    return valueAt(defaults, ['model', 'type']) !== undefined
  }
  const configs =
    scope === null
      ? [...runs.values()].map((run) => mergePatch(defaults, run))
      : [mergePatch(defaults, runs.get(scope) ?? {})]
  const [section = '', name = ''] = field.path.split('.')
  if (section === 'distillation') {
    return scope !== null && isPlainObject(valueAt(configs[0], [section, name]))
  }
  // Size and vocabulary belong to weights from scratch.
  if (field.path === 'model.size' || field.path === 'model.vocab') {
    if (configs.every((config) => valueAt(config, ['model', 'pretrained']) !== undefined)) {
      return (
        valueAt(scope === null ? defaults : runs.get(scope), field.path.split('.')) !== undefined
      )
    }
  }
  if (!field.onlyIf) return true
  const { path, in: allowed } = field.onlyIf
  return configs.some((config) => {
    const value = valueAt(config, path.split('.'))
    return value === undefined ? path !== 'model.type' : allowed.includes(plain(value))
  })
}
