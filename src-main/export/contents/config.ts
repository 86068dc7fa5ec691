import { flatten } from '../../../src-shared/config/flatten.ts'
import { settingsOf } from '../../../src-shared/run-record.ts'
import type { Cell } from '../table.ts'
import type { ExportContent } from './content.ts'

/** Every setting, one row each, a column a run. */
export const config: ExportContent = {
  what: 'config',
  summary: 'every setting, a column a run',
  table(_store, runs) {
    const settings = runs.map((run) => new Map(flatten(settingsOf(run))))
    const keys = [...new Set(settings.flatMap((of) => [...of.keys()]))]
    return {
      columns: [
        { key: 'setting', title: 'setting', kind: 'text' },
        ...runs.map(({ id, name, seed }) => ({
          key: id,
          title: `${name} (seed ${seed})`,
          kind: 'text' as const,
        })),
      ],
      rows: keys.map((key): Cell[] => [key, ...settings.map((of) => cellOf(of.get(key)))]),
    }
  },
}

function cellOf(value: unknown): Cell {
  if (value === undefined || value === null) return null
  if (typeof value === 'object') return JSON.stringify(value)
  return value as string | number | boolean
}
