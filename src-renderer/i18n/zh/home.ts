import type { Translated } from '../catalogue.ts'
import type { home as en } from '../en/home.ts'

export const home: Translated<typeof en> = {
  title: '首页',
  welcome: {
    title: '训练文本匹配模型，看清谁更好、为什么',
    text: '交叉编码器教师、孪生学生与 VIRT，全部在本机训练，数据不会离开这台机器。',
    demo: '训练演示',
    demoText: '生成一个小型对齐数据集，并在其上训练教师、双编码器和 VIRT 学生，全程实时可见。',
    demoDetail: '3 个运行，在双核 CPU 上约 2 分钟',
    demoStart: '开始演示',
    dataset: '打开数据集',
    datasetText:
      'MNLI、SNLI、QQP、MRPC、RTE、BoolQ、CLUE，或任意 TSV、CSV、JSONL、Parquet 文本对文件。查看内容、映射列、开始训练。',
    datasetDetail: '文件保留在原处',
    datasetOpen: '选择文件',
    import: '导入运行',
    importText:
      '导入其他 Virtlab、TensorBoard、MLflow 或 Weights & Biases 的运行。已有的运行不会重复。',
    importDetail: '原文件保持不变',
    importOpen: '选择导入内容',
  },
  now: {
    title: '正在运行',
    empty: '没有正在运行的任务。可以开始演示或新建运行。',
    newRun: '新建运行',
    queue: '队列',
    loss: '损失 {value}',
    best: '最佳 {metric} {value}',
    rate: '{value} 步/秒',
  },
  recent: {
    title: '最近的运行',
    all: '全部运行',
    name: '名称',
    model: '模型',
    seed: '种子',
    metric: '开发集准确率（最佳）',
    when: '时间',
    duration: '用时',
    status: '状态',
  },
  start: {
    title: '开始',
  },
  shortcuts: {
    title: '快捷键',
    all: '全部快捷键',
  },
  demoStarted: '演示正在训练',
  datasetTitle: '文本对文件',
  startTitle: '开始新的工作',
  empty: '还没有运行',
}
