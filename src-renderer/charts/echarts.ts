import { BarChart, BoxplotChart, ScatterChart } from 'echarts/charts'
import {
  DatasetComponent,
  GridComponent,
  MarkLineComponent,
  TooltipComponent,
} from 'echarts/components'
import { init, use, type ComposeOption } from 'echarts/core'
import { CanvasRenderer, SVGRenderer } from 'echarts/renderers'
import type { BarSeriesOption, BoxplotSeriesOption, ScatterSeriesOption } from 'echarts/charts'
import type {
  DatasetComponentOption,
  GridComponentOption,
  MarkLineComponentOption,
} from 'echarts/components'
import type { ChartColors } from './theme.ts'

// Only what charts here are made of; everything else of ECharts stays out of the app.
use([
  BarChart,
  BoxplotChart,
  ScatterChart,
  DatasetComponent,
  GridComponent,
  MarkLineComponent,
  TooltipComponent,
  CanvasRenderer,
  SVGRenderer,
])

export { init }
export type EChartsOption = ComposeOption<
  | BarSeriesOption
  | BoxplotSeriesOption
  | ScatterSeriesOption
  | DatasetComponentOption
  | GridComponentOption
  | MarkLineComponentOption
>

/** A theme for ECharts from our tokens: axes, grid and series like LineChart's. */
export function echartsTheme(colors: ChartColors) {
  const axis = {
    axisLine: { show: false, lineStyle: { color: colors.axis } },
    axisTick: { show: false },
    axisLabel: { color: colors.text3, fontSize: 11 },
    splitLine: { lineStyle: { color: colors.grid } },
    nameTextStyle: { color: colors.text2, fontSize: 11 },
    nameLocation: 'middle',
  }
  return {
    color: colors.series,
    backgroundColor: colors.surface,
    textStyle: { fontFamily: colors.font, color: colors.text2, fontSize: 11 },
    categoryAxis: {
      ...axis,
      axisLine: { show: true, lineStyle: { color: colors.line } },
      splitLine: { show: false },
    },
    valueAxis: axis,
    logAxis: axis,
    bar: { barCategoryGap: '12%' },
  }
}
