import type { CallOutput } from '@shared/contract/index.ts'
import { readings, runFields, type Scalar } from '@shared/contract/run-query.ts'
import { computed, type Ref } from 'vue'
import { useText } from '~/i18n/index.ts'
import { columnOf, fieldId, levelId, metricId, tagsColumn } from './column-id.ts'
import { valueTypeOf, type ValueType } from './filter-model.ts'

export type KnownColumns = CallOutput<'runs.columns'>

/** Names and kinds of columns, of those that runs have now and of those an old address names. */
export function useColumns(known: Readonly<Ref<KnownColumns | undefined>>) {
  const t = useText('runs')

  function titleOf(id: string): string {
    if (id === tagsColumn) return t('tags')
    const column = columnOf(id)
    if (!column) return id
    if (column.kind === 'field') return t(`field.${column.field}`)
    return column.kind === 'level' ? column.factor : column.key
  }

  /** Behind the title: which reading of a metric, or that it is a suite's factor. */
  function unitOf(id: string): string | undefined {
    const column = columnOf(id)
    if (column?.kind === 'level') return t('columns.factor')
    return column?.kind === 'metric' ? t(`reading.${column.reading}`) : undefined
  }

  const fullTitleOf = (id: string) => [titleOf(id), unitOf(id)].filter(Boolean).join(' · ')

  const valuesByKey = computed(
    () => new Map(known.value?.config.map(({ key, values }) => [key, values])),
  )

  /** Suites by their id; of several of one name with the id behind it. */
  const suiteNames = computed(() => {
    const suites = known.value?.suites ?? []
    const counts = Map.groupBy(suites, ({ name }) => name)
    return new Map(
      suites.map(({ id, name }) => [id, counts.get(name)?.length === 1 ? name : `${name} · ${id}`]),
    )
  })
  const isSuite = (id: string) => id === fieldId('suite')
  /** How a value of a column is called, where that is not itself. */
  const namesOf = (id: string): ReadonlyMap<string, string> | undefined =>
    isSuite(id) ? suiteNames.value : undefined

  function knownValues(id: string): readonly Scalar[] {
    if (id === tagsColumn) return known.value?.tags.map(({ tag }) => tag) ?? []
    const column = columnOf(id)
    if (column?.kind === 'config') return valuesByKey.value.get(column.key) ?? []
    if (column?.kind === 'level') {
      return known.value?.factors.find(({ factor }) => factor === column.factor)?.levels ?? []
    }
    if (isSuite(id)) return [...suiteNames.value.keys()]
    if (column?.kind === 'field' && column.field === 'status') {
      return Object.keys(known.value?.statuses ?? {})
    }
    if (column?.kind === 'field' && column.field === 'model') {
      return valuesByKey.value.get('model.type') ?? []
    }
    return []
  }

  const typeOf = (id: string): ValueType => valueTypeOf(id, knownValues(id))

  /** Everything one can filter or group by. */
  const options = computed(() => [
    { value: tagsColumn, label: t('tags') },
    ...runFields.map((field) => ({ value: fieldId(field), label: t(`field.${field}`) })),
    ...(known.value?.factors ?? []).map(({ factor }) => ({
      value: levelId(factor),
      label: `${factor} · ${t('columns.factor')}`,
    })),
    ...(known.value?.config ?? []).map(({ key }) => ({ value: `c:${key}`, label: key })),
    ...(known.value?.metrics ?? []).flatMap(({ key }) =>
      readings.map((reading) => ({
        value: metricId(key, reading),
        label: `${key} · ${t(`reading.${reading}`)}`,
      })),
    ),
  ])

  return { titleOf, unitOf, fullTitleOf, knownValues, namesOf, typeOf, options }
}

export type Columns = ReturnType<typeof useColumns>
