import type { SystemColumns } from '@shared/contract/run-details.ts'
import type { LineSeries } from '~/charts/line-series.ts'

type Column = Exclude<keyof SystemColumns, 'time'>

export interface DeviceChart {
  id: 'utilisation' | 'memory' | 'temperature' | 'power'
  unit: 'percent' | 'gibibytes' | 'celsius' | 'watt'
  columns: Column[]
}

export const deviceCharts: DeviceChart[] = [
  {
    id: 'utilisation',
    unit: 'percent',
    columns: ['gpuPercent', 'machineCpuPercent', 'cpuPercent'],
  },
  {
    id: 'memory',
    unit: 'gibibytes',
    columns: ['gpuMemoryUsedBytes', 'rssBytes', 'machineMemoryUsedBytes'],
  },
  { id: 'temperature', unit: 'celsius', columns: ['gpuTemperatureC'] },
  { id: 'power', unit: 'watt', columns: ['gpuPowerW'] },
]

/** A chart's lines; columns that were never measured (no GPU) are left out. */
export function deviceLines(
  chart: DeviceChart,
  samples: SystemColumns,
  x: Float64Array,
  nameOf: (column: Column) => string,
): LineSeries[] {
  return chart.columns.flatMap((column, index) => {
    const measured = samples[column]
    // Round numbers of GiB on the axis.
    const y = chart.unit === 'gibibytes' ? measured.map((value) => value / 2 ** 30) : measured
    if (!y.some((value) => !Number.isNaN(value))) return []
    return [{ id: `system/${column}`, name: nameOf(column), color: index, x, y }]
  })
}

/**
 * Times as steps (or epochs): samples are taken by the clock, so each is put between the two points of a
 * series around it, whose times are known. Both arrays grow; outside of them NaN.
 */
export function interpolate(at: Float64Array, from: Float64Array, to: Float64Array): Float64Array {
  const result = new Float64Array(at.length).fill(NaN)
  let i = 0
  for (const [k, time] of at.entries()) {
    while (i + 1 < from.length && (from[i + 1] ?? Infinity) < time) i += 1
    const [t0, t1, v0, v1] = [from[i], from[i + 1], to[i], to[i + 1]]
    if (t0 === undefined || t1 === undefined || v0 === undefined || v1 === undefined) continue
    if (time < t0 || time > t1) continue
    result[k] = v0 + ((v1 - v0) * (time - t0)) / (t1 - t0 || 1)
  }
  return result
}

/** Only the elements whose x is known. */
export function known(x: Float64Array, samples: SystemColumns): [Float64Array, SystemColumns] {
  const keep = [...x.keys()].filter((i) => !Number.isNaN(x[i]))
  if (keep.length === x.length) return [x, samples]
  const pick = (values: Float64Array) => Float64Array.from(keep, (i) => values[i] ?? NaN)
  const entries = Object.entries(samples).map(([name, values]) => [name, pick(values)])
  return [pick(x), Object.fromEntries(entries) as SystemColumns]
}
