import type { Cell } from '../table.ts'
import type { ExportContent } from './content.ts'

/** Every logged point, one row each. */
export const points: ExportContent = {
  what: 'points',
  summary: 'every logged point: run, key, step, value, time',
  table: (store, runs) => ({
    columns: [
      { key: 'run', title: 'run', kind: 'text' },
      { key: 'name', title: 'name', kind: 'text' },
      { key: 'key', title: 'key', kind: 'text' },
      { key: 'step', title: 'step', kind: 'number' },
      { key: 'value', title: 'value', kind: 'number' },
      { key: 'time', title: 'time', kind: 'text' },
    ],
    rows: {
      *[Symbol.iterator](): Generator<Cell[]> {
        for (const run of runs) {
          for (const key of store.series.names(run.key)) {
            const { step, value, time } = store.series.points(run.key, key)
            for (let i = 0; i < step.length; i++) {
              const at = new Date(time[i] ?? 0).toISOString()
              yield [run.id, run.name, key, step[i] ?? null, value[i] ?? null, at]
            }
          }
        }
      },
    },
  }),
}
