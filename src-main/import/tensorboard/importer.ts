import { readdirSync, statSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { createForeignRuns } from '../foreign-run.ts'
import { ForeignSeries } from '../foreign-series.ts'
import type { Importer, Stage } from '../importer.ts'
import { readEvent } from './events.ts'
import { readRecords } from './records.ts'

const isEventFile = (name: string) => /(^|\.)tfevents\./.test(name)

/** Folders deep below the one that was named are somebody's disk, not a log directory. */
const maxDepth = 8

/** A log directory of TensorBoard: every folder in it that holds event files is a run, as TensorBoard has it. */
export const tensorboard: Importer = {
  format: 'tensorboard',
  summary: 'a folder of TensorBoard event files, or one such file',
  detect: (path) => runFolders(path).size > 0,
  async stage(path, stage) {
    const folders = runFolders(path)
    const total = [...folders.values()].flat().reduce((sum, file) => sum + statSync(file).size, 0)
    let done = 0
    const read = (bytes: number) => stage.progress((done += bytes), total)
    for (const [folder, files] of folders) await stageRun(path, folder, files, stage, read)
  },
}

/** Event files by the folder that they lie in, both in the order of their names. */
function runFolders(path: string): Map<string, string[]> {
  const found = new Map<string, string[]>()
  const look = (folder: string, depth: number) => {
    const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) =>
      a.name < b.name ? -1 : 1,
    )
    const files = entries.filter((entry) => entry.isFile() && isEventFile(entry.name))
    if (files.length > 0)
      found.set(
        folder,
        files.map(({ name }) => join(folder, name)),
      )
    if (depth === maxDepth) return
    for (const entry of entries) if (entry.isDirectory()) look(join(folder, entry.name), depth + 1)
  }
  if (statSync(path).isDirectory()) look(path, 0)
  else if (isEventFile(basename(path))) found.set(dirname(path), [path])
  return found
}

async function stageRun(
  root: string,
  folder: string,
  files: readonly string[],
  stage: Stage,
  read: (bytes: number) => void,
): Promise<void> {
  const { left } = stage
  const series = new ForeignSeries()
  const settings: Record<string, unknown> = {}
  let [first, last] = [Infinity, -Infinity]
  for (const file of files) {
    const problems = {
      broken: () => left.add('brokenRecord', file),
      cutOff: () => left.add('cutOff', file),
    }
    for await (const record of readRecords(file, problems, read)) {
      let event
      try {
        event = readEvent(record)
      } catch (error) {
        if (!(error instanceof RangeError)) throw error
        left.add('unreadable', file)
        continue
      }
      const { step, time, values } = event
      first = Math.min(first, time || Infinity)
      last = Math.max(last, time)
      for (const value of values) {
        if (value.kind === 'hparams') Object.assign(settings, value.settings)
        else if (value.kind === 'left') left.add(value.what, value.tag)
        else series.push(value.tag, { step, value: value.value, time })
      }
    }
  }
  const way = relative(root, folder)
  const name = way === '' || statSync(root).isFile() ? basename(folder) : way.replaceAll('\\', '/')
  if (series.size === 0 && Object.keys(settings).length === 0) {
    left.add('emptyRun', name)
    return
  }
  const startedAt = Number.isFinite(first) ? first : statSync(files[0] ?? folder).mtimeMs
  const run = createForeignRuns(stage).add({
    format: 'tensorboard',
    // A file is named by when, where and by which process it was begun.
    id: `${basename(folder)}/${basename(files[0] ?? '')}`,
    path: folder,
    project: basename(root),
    name,
    settings,
    tags: [],
    notes: '',
    status: 'completed',
    host: /tfevents\.\d+\.(.+?)\.\d+(\.\d+)?$/.exec(files[0] ?? '')?.[1] ?? '',
    startedAt,
    endedAt: last > 0 ? last : null,
  })
  for (const [tag, points] of series) run?.points(tag, points)
}
