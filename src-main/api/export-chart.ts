import type { CallRequest } from '../../src-shared/contract/index.ts'
import type { Cell, ExportTable } from '../export/table.ts'
import type { ApiContext } from './context.ts'
import { createAxisReaders } from './series/x-axis.ts'

/** The exact points behind a chart, one row each, with where the chart drew them. */
export function chartTable(
  { core }: ApiContext,
  { runs: ids, keys, x, range }: Omit<CallRequest<'export.chartData'>, 'format'>,
): ExportTable {
  const { db, runs, series } = core.store
  const axes = createAxisReaders(db)
  const text = (key: string) => ({ key, title: key, kind: 'text' as const })
  const number = (key: string) => ({ key, title: key, kind: 'number' as const })
  const columns = [text('run'), text('name'), number('seed'), text('key'), number('step')]
  const extra = x === 'step' ? [] : [number(x)]
  return {
    columns: [...columns, ...extra, number('value')],
    rows: {
      *[Symbol.iterator](): Generator<Cell[]> {
        for (const id of ids) {
          const run = runs.get(id)
          const axis = axes[x](run.key)
          if (!axis) continue
          for (const key of keys) {
            const { step, value, time } = series.points(run.key, key)
            for (let i = 0; i < step.length; i++) {
              const at = axis.toX(step[i]!, time[i]!)
              if (at < (range.from ?? -Infinity) || at > (range.to ?? Infinity)) continue
              yield [
                id,
                run.name,
                run.seed,
                key,
                step[i]!,
                ...(x === 'step' ? [] : [at]),
                value[i]!,
              ]
            }
          }
        }
      },
    },
  }
}
