import type { CallOutput } from '@shared/contract/index.ts'
import { readings, runFields, type Scalar } from '@shared/contract/run-query.ts'
import { computed, type Ref } from 'vue'
import { useText } from '~/i18n/index.ts'
import { columnOf, fieldId, metricId, tagsColumn } from './column-id.ts'
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
    return column.key
  }

  /** Behind the title: which reading of a metric. */
  function unitOf(id: string): string | undefined {
    const column = columnOf(id)
    return column?.kind === 'metric' ? t(`reading.${column.reading}`) : undefined
  }

  const fullTitleOf = (id: string) => [titleOf(id), unitOf(id)].filter(Boolean).join(' · ')

  const valuesByKey = computed(
    () => new Map(known.value?.config.map(({ key, values }) => [key, values])),
  )

  function knownValues(id: string): readonly Scalar[] {
    if (id === tagsColumn) return known.value?.tags.map(({ tag }) => tag) ?? []
    const column = columnOf(id)
    if (column?.kind === 'config') return valuesByKey.value.get(column.key) ?? []
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
    ...(known.value?.config ?? []).map(({ key }) => ({ value: `c:${key}`, label: key })),
    ...(known.value?.metrics ?? []).flatMap(({ key }) =>
      readings.map((reading) => ({
        value: metricId(key, reading),
        label: `${key} · ${t(`reading.${reading}`)}`,
      })),
    ),
  ])

  return { titleOf, unitOf, fullTitleOf, knownValues, typeOf, options }
}

export type Columns = ReturnType<typeof useColumns>
