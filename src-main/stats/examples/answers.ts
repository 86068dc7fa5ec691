import { createHash } from 'node:crypto'
import type { RunRecord } from '../../../src-shared/run-record.ts'
import { argmax } from '../../store/details.ts'
import type { Store } from '../../store/open.ts'

export type Split = 'dev' | 'test'

/** A run's stored answers on a split, in the order of the examples' ids. */
export interface Answers {
  /** Of id, texts and gold class: what has equal keys is the same example. */
  keys: string[]
  /** Of all keys: what has equal fingerprints has the same examples in the same order. */
  fingerprint: string
  gold: Int32Array // [examples]
  predicted: Int32Array // [examples]
  classes: number
}

/** Reads answers from the store and keeps the latest: a table compares the same runs again and again. */
export function createAnswerReader(store: Store): (run: RunRecord, split: Split) => Answers {
  const kept = new Map<string, Answers>()
  return (run, split) => {
    const name = `${run.id} ${run.lastSeq} ${split}`
    const known = kept.get(name)
    kept.delete(name)
    const answers = known ?? readAnswers(store, run, split)
    kept.set(name, answers)
    const [oldest] = kept.keys()
    if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest)
    return answers
  }
}

const mostKept = 256

function readAnswers(store: Store, run: RunRecord, split: Split): Answers {
  const keys: string[] = []
  const gold: number[] = []
  const predicted: number[] = []
  // Classes are numbers: of other labels, or in another order, they mean something else.
  const labels = JSON.stringify(run.facts['labels'] ?? null)
  let classes = 0
  const all = createHash('sha1')
  for (const { exampleId, x, y, label, logits } of store.details.predictions(run.key, split)) {
    const key = createHash('sha1')
      .update(JSON.stringify([exampleId, x, y, label, labels]))
      .digest('base64')
    keys.push(key)
    all.update(key)
    gold.push(label)
    predicted.push(argmax(logits))
    classes = Math.max(classes, label + 1, logits.length)
  }
  return {
    keys,
    fingerprint: all.digest('base64'),
    gold: Int32Array.from(gold),
    predicted: Int32Array.from(predicted),
    classes,
  }
}
