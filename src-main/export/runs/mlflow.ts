import { z } from 'zod'
import { flatten } from '../../../src-shared/config/flatten.ts'
import { UserError } from '../../../src-shared/errors.ts'
import { settingsOf, type RunRecord } from '../../../src-shared/run-record.ts'
import type { Store } from '../../store/open.ts'
import type { RunExporter } from './run-exporter.ts'

/** What one request may hold (MLflow's REST API, "Request limits"). */
const limits = { metrics: 1000, params: 100, tags: 100, paramLength: 6000, tagLength: 5000 }

/** Tells a run that was sent before. */
const idTag = 'virtlab.run_id'

const experimentAnswer = z.object({ experiment: z.object({ experiment_id: z.string() }) })
const experimentId = z.object({ experiment_id: z.string() })
const runAnswer = z.object({ run: z.object({ info: z.object({ run_id: z.string() }) }) })
const searchAnswer = z.object({ runs: z.array(z.unknown()).default([]) })

/** Sends runs to an MLflow server: settings as params, every point as a metric, tags and notes. */
export const mlflow: RunExporter = {
  format: 'mlflow',
  summary: 'to the MLflow server at --url',
  async *export(store, runs, { url, experiment }) {
    const post = createClient(url)
    for (const run of runs) {
      const name = experiment ?? run.recipe ?? run.name
      const experimentOf = await findExperiment(post, name)
      const known = await post(
        'runs/search',
        {
          experiment_ids: [experimentOf],
          filter: `tags.\`${idTag}\` = '${run.id}'`,
          max_results: 1,
        },
        searchAnswer,
      )
      if (known.runs.length > 0) {
        yield `${run.id} (${run.name}) is there already, in ${name}`
        continue
      }
      const id = await sendRun(post, store, run, experimentOf)
      yield `${run.id} (${run.name}) is run ${id} of ${name}`
    }
  },
}

type Post = <T>(path: string, body: object, schema: z.ZodType<T>) => Promise<T>

function createClient(url: string | undefined): Post {
  const base = url === undefined ? undefined : URL.parse(url)
  if (!base || !/^https?:$/.test(base.protocol)) {
    throw new UserError('which MLflow server?', {
      where: '--url',
      fix: 'Give its address: --url http://127.0.0.1:5000',
    })
  }
  const root = base.href.replace(/\/$/, '')
  return async (path, body, schema) => {
    const response = await fetch(`${root}/api/2.0/mlflow/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.timeout(60_000),
    }).catch((cause: unknown) => {
      const reason = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause
      const told = reason instanceof Error ? reason.message : String(reason)
      throw new UserError(`the MLflow server does not answer: ${told}`, {
        where: root,
        fix: 'Start it (mlflow server), or give its address with --url.',
        cause,
      })
    })
    const text = await response.text()
    if (!response.ok) throw refusal(root, path, response.status, text)
    return schema.parse(JSON.parse(text))
  }
}

class Refused extends UserError {
  readonly code: string
  constructor(code: string, message: string, where: string) {
    super(message, { where })
    this.code = code
  }
}

function refusal(root: string, path: string, status: number, text: string): Refused {
  let told: { error_code?: unknown; message?: unknown } = {}
  try {
    told = JSON.parse(text) as typeof told
  } catch {
    // A proxy's page: its status tells enough.
  }
  const message = typeof told.message === 'string' ? told.message.slice(0, 500) : `HTTP ${status}`
  return new Refused(String(told.error_code), `the MLflow server refuses ${path}: ${message}`, root)
}

async function findExperiment(post: Post, name: string): Promise<string> {
  try {
    return (await post('experiments/create', { name }, experimentId)).experiment_id
  } catch (error) {
    if (!(error instanceof Refused && error.code === 'RESOURCE_ALREADY_EXISTS')) throw error
  }
  const found = await post(
    'experiments/search',
    { filter: `name = '${name.replaceAll("'", "\\'")}'`, max_results: 1 },
    z.object({ experiments: z.array(experimentAnswer.shape.experiment) }),
  )
  const [experiment] = found.experiments
  if (!experiment) throw new UserError(`the experiment ${name} is there, but cannot be found`)
  return experiment.experiment_id
}

const statuses: Record<string, string> = {
  completed: 'FINISHED',
  failed: 'FAILED',
  crashed: 'FAILED',
  stopped: 'KILLED',
  running: 'RUNNING',
  queued: 'SCHEDULED',
}

async function sendRun(
  post: Post,
  store: Store,
  run: RunRecord,
  experiment: string,
): Promise<string> {
  const tags = tagsOf(store, run)
  const { run: made } = await post(
    'runs/create',
    {
      experiment_id: experiment,
      run_name: run.name,
      start_time: run.startedAt ?? run.createdAt,
      tags: tags.slice(0, limits.tags),
    },
    runAnswer,
  )
  const id = made.info.run_id
  const send = (part: object) => post('runs/log-batch', { run_id: id, ...part }, z.unknown())
  const params = [...flatten(settingsOf(run))].map(([key, value]) => ({
    key: nameOf(key),
    value: textOf(value).slice(0, limits.paramLength),
  }))
  for (const some of chunks(params, limits.params)) await send({ params: some })
  for (const some of chunks(metricsOf(store, run), limits.metrics)) await send({ metrics: some })
  const end = { run_id: id, status: statuses[run.status], end_time: run.endedAt ?? undefined }
  await post('runs/update', end, z.unknown())
  return id
}

function tagsOf({ db }: Store, run: RunRecord): { key: string; value: string }[] {
  const own = db
    .prepare<[number], string>('SELECT tag FROM run_tags WHERE run = ? ORDER BY tag')
    .pluck()
    .all(run.key)
  const notes = db
    .prepare<[number], string>('SELECT notes FROM runs WHERE key = ?')
    .pluck()
    .get(run.key)
  const { gitCommit, host, appVersion } = run.provenance
  return [
    { key: idTag, value: run.id },
    { key: 'virtlab.version', value: appVersion },
    { key: 'virtlab.host', value: host },
    ...(gitCommit === null ? [] : [{ key: 'mlflow.source.git.commit', value: gitCommit }]),
    ...(run.teacherId === null ? [] : [{ key: 'virtlab.teacher', value: run.teacherId }]),
    ...(notes ? [{ key: 'mlflow.note.content', value: notes.slice(0, limits.tagLength) }] : []),
    ...own.map((tag) => ({ key: nameOf(tag), value: '' })),
  ]
}

function* metricsOf({ series }: Store, { key }: RunRecord) {
  for (const name of series.names(key)) {
    const { step, value, time } = series.points(key, name)
    for (let i = 0; i < step.length; i++) {
      const number = value[i] ?? NaN
      yield {
        key: nameOf(name),
        // As protobuf's JSON writes what JSON has not: NaN, Infinity, -Infinity.
        value: Number.isFinite(number) ? number : String(number),
        timestamp: Math.round(time[i] ?? 0),
        step: step[i] ?? 0,
      }
    }
  }
}

/** MLflow's names have letters, digits, and these signs. */
const nameOf = (name: string): string => name.replaceAll(/[^\w\-. :/]/g, '_').slice(0, 250)
const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : JSON.stringify(value)

function* chunks<T>(items: Iterable<T>, size: number): Generator<T[]> {
  let some: T[] = []
  for (const item of items) {
    some.push(item)
    if (some.length < size) continue
    yield some
    some = []
  }
  if (some.length > 0) yield some
}
