import type { Translated } from '../catalogue.ts'
import type { chart as en } from '../en/chart.ts'

export const chart: Translated<typeof en> = {
  empty: '暂无数据',
  actions: '图表操作',
  copyPng: '复制为 PNG',
  savePng: '保存为 PNG',
  saveSvg: '保存为 SVG',
  copyCsv: '复制数据（CSV）',
  saveCsv: '保存数据（CSV）',
  resetZoom: '显示全部',
  copiedPng: '图表已复制为 PNG',
  copiedCsv: '已复制 {n} 行数据',
  copyFailed: '无法写入剪贴板，已改为保存文件',
  legend: '系列',
  hideSeries: '隐藏 {name}',
  showSeries: '显示 {name}',
  more: '另有 {n} 个',
  nonfinite: '{n} 个点不是数值',
  describe: '折线图：{series}；x：{x}，y：{y}',
  series: '{n} 个系列',
  heatMapCell: '{row} → {column}：{value}',
  bandMinMax: '最小–最大',
  bandStd: '均值 ± 标准差',
  axis: {
    step: '步',
    epoch: '轮',
    elapsed: '训练时长',
    time: '时间',
  },
}
