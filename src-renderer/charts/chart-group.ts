import { inject, provide, shallowRef, type InjectionKey, type ShallowRef } from 'vue'
import type { Range } from './line-series.ts'

/** What the charts of one group share: where the pointer is on x, and which stretch of x is shown. */
export interface ChartGroup {
  cursor: ShallowRef<number | undefined>
  range: ShallowRef<Range | undefined>
  /** Ids of series that are switched off. */
  hidden: ShallowRef<ReadonlySet<string>>
}

const key: InjectionKey<ChartGroup> = Symbol('chart group')

function makeGroup(): ChartGroup {
  return { cursor: shallowRef(), range: shallowRef(), hidden: shallowRef(new Set<string>()) }
}

/** Links all charts below this component: one cursor, one zoom, one set of hidden series. */
export function provideChartGroup(): ChartGroup {
  const group = makeGroup()
  provide(key, group)
  return group
}

/** The group around, or one of its own. */
export const useChartGroup = (): ChartGroup => inject(key, makeGroup, true)
