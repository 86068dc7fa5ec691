/** What the shell itself says: menus, dialogs, notifications. The page's own text is in src-renderer/i18n. */
const en = {
  file: 'File',
  newRun: 'New Run…',
  edit: 'Edit',
  view: 'View',
  go: 'Go',
  window: 'Window',
  help: 'Help',
  home: 'Home',
  runs: 'Runs',
  compare: 'Compare',
  attention: 'Attention',
  queue: 'Queue',
  settings: 'Settings…',
  commandPalette: 'Command Palette…',
  showDataFolder: 'Show Data Folder',
  chooseFile: 'Choose a File',
  chooseFolder: 'Choose a Folder',
  saveAs: 'Save As',
  choose: 'Choose',
  runCompleted: (run: string) => `${run} is trained`,
  runFailed: (run: string) => `${run} failed`,
  runCrashed: (run: string) => `${run} crashed`,
  runStopped: (run: string) => `${run} stopped`,
  after: (duration: string) => `After ${duration}`,
  quitTitle: 'Training is running',
  quitDetail: (running: number, waiting: number) =>
    `${running} ${running === 1 ? 'run is' : 'runs are'} being trained` +
    (waiting > 0 ? `, ${waiting} ${waiting === 1 ? 'waits' : 'wait'} in the queue.` : '.') +
    ' In the background it goes on, with an icon in the system tray. Stopped, it writes a checkpoint and can be resumed.',
  keepInBackground: 'Keep in Background',
  checkpointAndStop: 'Checkpoint and Stop',
  cancel: 'Cancel',
  stopping: 'Writing a checkpoint …',
  open: 'Open Virtlab',
  quit: 'Quit',
  idle: 'Nothing is being trained',
  training: (running: number, percent: number | null) =>
    `Training ${running} ${running === 1 ? 'run' : 'runs'}` +
    (percent === null ? '' : `, ${percent} %`),
  crashTitle: 'Virtlab has to close',
  crashDetail: (report: string) =>
    `Runs that are being trained write a checkpoint and can be resumed. A report was written to\n${report}`,
  showReport: 'Show Report',
  close: 'Close',
  pageGone: 'The window stopped working',
  pageGoneDetail: 'Training is not affected.',
  reload: 'Reload',
}

export type Text = typeof en

const zh: Text = {
  file: '文件',
  newRun: '新建运行…',
  edit: '编辑',
  view: '视图',
  go: '前往',
  window: '窗口',
  help: '帮助',
  home: '主页',
  runs: '运行',
  compare: '对比',
  attention: '注意力',
  queue: '队列',
  settings: '设置…',
  commandPalette: '命令面板…',
  showDataFolder: '打开数据文件夹',
  chooseFile: '选择文件',
  chooseFolder: '选择文件夹',
  saveAs: '另存为',
  choose: '选择',
  runCompleted: (run) => `${run} 训练完成`,
  runFailed: (run) => `${run} 训练失败`,
  runCrashed: (run) => `${run} 意外中止`,
  runStopped: (run) => `${run} 已停止`,
  after: (duration) => `用时 ${duration}`,
  quitTitle: '正在训练',
  quitDetail: (running, waiting) =>
    `${running} 个运行正在训练` +
    (waiting > 0 ? `,${waiting} 个在队列中等待。` : '。') +
    '转入后台后训练继续,图标保留在系统托盘;停止则先写入检查点,之后可以继续训练。',
  keepInBackground: '转入后台',
  checkpointAndStop: '写入检查点并停止',
  cancel: '取消',
  stopping: '正在写入检查点…',
  open: '打开 Virtlab',
  quit: '退出',
  idle: '没有正在训练的运行',
  training: (running, percent) =>
    `正在训练 ${running} 个运行` + (percent === null ? '' : `,${percent} %`),
  crashTitle: 'Virtlab 需要关闭',
  crashDetail: (report) => `正在训练的运行会写入检查点,之后可以继续。报告已保存到\n${report}`,
  showReport: '打开报告',
  close: '关闭',
  pageGone: '窗口停止响应',
  pageGoneDetail: '训练不受影响。',
  reload: '重新加载',
}

/** @param locale of the system, for the setting `system`; e.g. `zh-CN` */
export function textFor(language: 'system' | 'en' | 'zh', locale: string): Text {
  const chosen = language === 'system' ? locale : language
  return chosen.toLowerCase().startsWith('zh') ? zh : en
}
