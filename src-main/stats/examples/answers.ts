import { createHash } from 'node:crypto'
import type { RunRecord } from '../../../src-shared/run-record.ts'
import { argmax, type StoredPrediction } from '../../store/details.ts'
import type { Store } from '../../store/open.ts'
import { expectedValue, logOdds } from '../../trainer/metrics/score-answers.ts'
import { taskOf, type Task } from '../../trainer/metrics/task.ts'

export type Split = 'dev' | 'test'

/** A run's stored answers on a split, in the order of the examples' ids. */
export interface Answers {
  /** Of id, texts and gold class: what has equal keys is the same example. */
  keys: string[]
  /** Of all keys: what has equal fingerprints has the same examples in the same order. */
  fingerprint: string
  classes: number
  gold: Int32Array // [examples]
  predicted: Int32Array // [examples]
  /** Where labels are scores: the gold ones, and the expected ones. */
  scores: { gold: Float64Array; expected: Float64Array } | null // [examples]
  /** Where candidates are ranked: which query each is for, its gain, and what it is ranked by. */
  ranking: { query: string[]; gains: Float64Array; by: Float64Array } | null // [examples]
}

/** Reads answers from the store and keeps the latest: a table compares the same runs again and again. */
export function createAnswerReader(store: Store): (run: RunRecord, split: Split) => Answers {
  const kept = new Map<string, Answers>()
  return (run, split) => {
    const name = `${run.id} ${run.lastSeq} ${split}`
    const known = kept.get(name)
    kept.delete(name)
    const answers = known ?? readAnswers(run, [...store.details.predictions(run.key, split)])
    kept.set(name, answers)
    const [oldest] = kept.keys()
    if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest)
    return answers
  }
}

const mostKept = 256

function readAnswers(run: RunRecord, predictions: readonly StoredPrediction[]): Answers {
  const labels = labelsOf(run)
  const keys = predictions.map(({ exampleId, x, y, label }) =>
    // Classes are numbers: of other labels, or in another order, they mean something else.
    createHash('sha1')
      .update(JSON.stringify([exampleId, x, y, label, labels]))
      .digest('base64'),
  )
  const task = run.config && labels ? taskOf(run.config.data, labels) : undefined
  return {
    keys,
    fingerprint: createHash('sha1').update(keys.join('\n')).digest('base64'),
    classes: predictions.reduce(
      (most, { label, logits }) => Math.max(most, label + 1, logits.length),
      0,
    ),
    gold: Int32Array.from(predictions, ({ label }) => label),
    predicted: Int32Array.from(predictions, ({ logits }) => argmax(logits)),
    scores: scoresOf(predictions, task),
    ranking: rankingOf(run, predictions, task),
  }
}

function labelsOf({ facts }: RunRecord): string[] | null {
  const { labels } = facts
  return Array.isArray(labels) ? labels.map(String) : null
}

function scoresOf(
  predictions: readonly StoredPrediction[],
  task: Task | undefined,
): Answers['scores'] {
  const values = task?.values
  if (!values) return null
  return {
    gold: Float64Array.from(predictions, ({ label }) => values[label] ?? NaN),
    expected: Float64Array.from(predictions, ({ logits }) => expectedValue(logits, values)),
  }
}

/** Answers of an older Virtlab lack the queries of a column: they cannot be compared query by query. */
function rankingOf(
  { config }: RunRecord,
  predictions: readonly StoredPrediction[],
  task: Task | undefined,
): Answers['ranking'] {
  const ranking = task?.ranking
  const rankBy = config?.data.rankBy
  if (!task || !ranking || rankBy === undefined) return null
  const { gains, relevant } = ranking
  const values = task.values ?? []
  const query = predictions.flatMap(
    (prediction) => prediction[rankBy === 'column' ? 'query' : rankBy] ?? [],
  )
  if (query.length < predictions.length) return null
  return {
    query,
    gains: Float64Array.from(predictions, ({ label }) => gains[label] ?? 0),
    by: Float64Array.from(predictions, ({ logits }) =>
      relevant === undefined ? expectedValue(logits, values) : logOdds(logits, relevant),
    ),
  }
}
