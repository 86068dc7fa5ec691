import type { Translated } from '../catalogue.ts'
import type { bundle as en } from '../en/bundle.ts'

export const bundle: Translated<typeof en> = {
  export: '导出为运行包…',
  title: '导出为运行包',
  text: '一个文件，包含所存储的全部内容：设置、曲线、预测、日志和开销测量，教师模型一并带上。可导入另一个 Virtlab，不会丢失或重复。',
  runs: '{n} 个运行',
  suite: '实验组 {name} 及其全部运行',
  attention: '注意力图',
  attentionHint: '“注意力”页面显示的内容；可能占文件的大部分',
  checkpoints: '检查点',
  checkpointsHint: '模型权重，可在别处继续训练、用作教师或使用模型',
  writing: '正在写入运行包',
  save: '导出',
  cancel: '取消导出',
  done: '{name}：{n} 个运行，{size}',
  privacy: '其中包含本机名称和训练这些运行时所用的路径。',
}
