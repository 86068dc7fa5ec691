import { readdirSync, statSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { firstBytes } from '../first-bytes.ts'
import type { Importer } from '../importer.ts'
import { stageChartCsv } from './chart-csv.ts'
import { stageHistory } from './history-jsonl.ts'

/** Exports of Weights & Biases: charts as CSV, histories of runs as JSON lines; a file, or a folder of them. */
export const wandb: Importer = {
  format: 'wandb',
  summary:
    'Weights & Biases exports: a chart’s CSV, a run’s history as JSON lines, or a folder of them',
  detect: (path) => exportsIn(path).length > 0,
  async stage(path, stage) {
    const files = exportsIn(path)
    const sizes = files.map((file) => statSync(file).size)
    const total = sizes.reduce((sum, size) => sum + size, 0)
    let done = 0
    for (const [i, file] of files.entries()) {
      const read = (bytes: number) => stage.progress(done + bytes, total)
      read(0)
      if (extname(file) === '.csv') await stageChartCsv(file, stage, read)
      else await stageHistory(file, stage, read)
      done += sizes[i] ?? 0
    }
  },
}

function exportsIn(path: string): string[] {
  const files = statSync(path).isDirectory()
    ? readdirSync(path)
        .sort()
        .map((name) => join(path, name))
        .filter((file) => statSync(file).isFile())
    : [path]
  return files.filter(isExport)
}

/** A CSV whose columns are `run - metric` beside a step, or objects with `_step`. */
function isExport(file: string): boolean {
  const start = () => firstBytes(file, 4096).toString('utf8')
  switch (extname(file)) {
    case '.csv':
      return (
        / - /.test(start().split('\n')[0] ?? '') ||
        /(^|,)"?_step"?(,|$)/m.test(start().split('\n')[0] ?? '')
      )
    case '.jsonl':
    case '.ndjson':
      return /"_step"\s*:/.test(start())
    default:
      return false
  }
}

/** A file's name without its ending: what a run is called that the file does not name. */
export const nameOf = (file: string): string => basename(file, extname(file))
