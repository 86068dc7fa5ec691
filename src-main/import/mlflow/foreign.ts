import type { RunStatus } from '../../../src-shared/run-record.ts'
import type { ForeignPoint, ForeignRun, ForeignRuns } from '../foreign-run.ts'

/** An MLflow run as both of its stores tell of it. */
export interface MlflowRun {
  uuid: string
  name: string
  experiment: string
  status: string
  startedAt: number
  endedAt: number | null
  params: Map<string, string>
  tags: Map<string, string>
  metrics: Iterable<[name: string, points: Iterable<ForeignPoint>]>
}

const statuses: Record<string, RunStatus> = {
  FINISHED: 'completed',
  FAILED: 'failed',
  KILLED: 'stopped',
  // Whether its process still lives is not known here.
  RUNNING: 'stopped',
  SCHEDULED: 'stopped',
}

/** Tags of MLflow itself (`mlflow.user`, `mlflow.source.name` …) tell where a run was made, not what it is. */
export function addMlflowRun(runs: ForeignRuns, run: MlflowRun, path: string): void {
  const { uuid, name, experiment, status, startedAt, endedAt, params, tags, metrics } = run
  const own = [...tags].filter(([key]) => !key.startsWith('mlflow.'))
  const added = runs.add({
    format: 'mlflow',
    id: uuid,
    path,
    project: experiment,
    name: name || tags.get('mlflow.runName') || uuid,
    settings: Object.fromEntries([...params].map(([key, value]) => [key, settingOf(value)])),
    tags: own.map(([key, value]) => (value === '' ? key : `${key}: ${value}`)),
    notes: (tags.get('mlflow.note.content') ?? '').slice(0, 20_000),
    status: statuses[status] ?? 'stopped',
    host: '',
    startedAt,
    endedAt,
  } satisfies ForeignRun)
  for (const [metric, points] of metrics) added?.points(metric, points)
}

/** MLflow keeps every parameter as text; numbers and truth values are compared as such. */
function settingOf(text: string): string | number | boolean {
  if (text === 'True' || text === 'False') return text === 'True'
  return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text
}

/** Of RunStatus in MLflow's file store (mlflow/protos/service.proto). */
export const statusNumbers: Record<number, string> = {
  1: 'RUNNING',
  2: 'SCHEDULED',
  3: 'FINISHED',
  4: 'FAILED',
  5: 'KILLED',
}
