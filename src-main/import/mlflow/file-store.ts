import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { createForeignRuns, type ForeignPoint } from '../foreign-run.ts'
import type { Stage } from '../importer.ts'
import { addMlflowRun, statusNumbers } from './foreign.ts'

const experimentMeta = z.object({
  name: z.string(),
  lifecycle_stage: z.string().default('active'),
})
const runMeta = z.object({
  run_id: z.string().optional(),
  run_uuid: z.string().optional(),
  run_name: z.string().nullish(),
  status: z.union([z.int(), z.string()]),
  start_time: z.number(),
  end_time: z.number().nullish(),
  lifecycle_stage: z.string().default('active'),
})

/** Folders of experiments in an `mlruns` folder, or in the one around it. */
export function experimentFolders(path: string): string[] {
  const root = existsSync(join(path, 'mlruns')) ? join(path, 'mlruns') : path
  const folders = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => join(root, name))
  return folders.filter((folder) => existsSync(join(folder, 'meta.yaml'))).sort()
}

/** mlruns/EXPERIMENT/RUN/{meta.yaml, metrics/, params/, tags/}, a file a name. */
export function stageFileStore(path: string, stage: Stage): void {
  const { left } = stage
  const runs = createForeignRuns(stage)
  const folders = experimentFolders(path)
  folders.forEach((folder, done) => {
    stage.progress(done, folders.length)
    const experiment = readMeta(folder, experimentMeta, stage)
    if (!experiment) return
    for (const { name } of readdirSync(folder, { withFileTypes: true })) {
      const run = join(folder, name)
      if (name === 'models' || name === 'traces' || name === 'datasets') {
        const kind = ({ models: 'model', traces: 'trace', datasets: 'dataset' } as const)[name]
        left.add(kind, run, readdirSync(run).length)
        continue
      }
      if (!existsSync(join(run, 'meta.yaml'))) continue
      const meta = readMeta(run, runMeta, stage)
      if (!meta) continue
      const uuid = meta.run_id ?? meta.run_uuid ?? name
      if (meta.lifecycle_stage === 'deleted' || experiment.lifecycle_stage === 'deleted') {
        left.add('deletedRun', meta.run_name ?? uuid)
        continue
      }
      countArtifacts(run, stage)
      addMlflowRun(
        runs,
        {
          uuid,
          name: meta.run_name ?? '',
          experiment: experiment.name,
          status:
            typeof meta.status === 'number' ? (statusNumbers[meta.status] ?? '') : meta.status,
          startedAt: meta.start_time,
          endedAt: meta.end_time ?? null,
          params: readTexts(join(run, 'params')),
          tags: readTexts(join(run, 'tags')),
          metrics: readMetrics(join(run, 'metrics'), stage),
        },
        run,
      )
    }
  })
}

function readMeta<T>(folder: string, schema: z.ZodType<T>, { left }: Stage): T | undefined {
  const file = join(folder, 'meta.yaml')
  try {
    const parsed = schema.safeParse(parse(readFileSync(file, 'utf8'), { maxAliasCount: 0 }))
    if (parsed.success) return parsed.data
  } catch {
    // A file that is no YAML is counted as one that has not what it must have.
  }
  left.add('unreadable', file)
  return undefined
}

/** Names with slashes are folders: `dev/accuracy`. */
function filesBelow(folder: string): [name: string, path: string][] {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry): [string, string] => {
      const path = join(entry.parentPath, entry.name)
      return [path.slice(folder.length + 1).replaceAll('\\', '/'), path]
    })
    .sort(([a], [b]) => (a < b ? -1 : 1))
}

const readTexts = (folder: string): Map<string, string> =>
  new Map(filesBelow(folder).map(([name, path]) => [name, readFileSync(path, 'utf8')]))

/** A line a point: `timestamp value step`, the timestamp in ms. */
function* readMetrics(folder: string, { left }: Stage): Generator<[string, ForeignPoint[]]> {
  for (const [name, path] of filesBelow(folder)) {
    const points: ForeignPoint[] = []
    for (const line of readFileSync(path, 'utf8').split('\n')) {
      if (line.trim() === '') continue
      const [time, value, step = '0'] = line.split(' ')
      const point = { time: Number(time), value: numberOf(value ?? ''), step: Number(step) }
      if (point.value === undefined || !Number.isFinite(point.time)) left.add('unreadable', path)
      else points.push({ ...point, value: point.value })
    }
    yield [name, points]
  }
}

/** As Python writes them: nan, inf, -inf. */
function numberOf(text: string): number | undefined {
  if (/^nan$/i.test(text)) return NaN
  if (/^[+-]?inf(inity)?$/i.test(text)) return text.startsWith('-') ? -Infinity : Infinity
  const value = Number(text)
  return text === '' || Number.isNaN(value) ? undefined : value
}

function countArtifacts(run: string, { left }: Stage): void {
  const files = filesBelow(join(run, 'artifacts'))
  if (files.length > 0) left.add('artifact', files[0]?.[1], files.length)
  const inputs = filesBelow(join(run, 'inputs'))
  if (inputs.length > 0) left.add('dataset', inputs[0]?.[1], inputs.length)
}
