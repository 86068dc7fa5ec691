import type { Answers } from './answers.ts'

/** Answers of pairs of runs on the examples that all of them have. */
export interface SharedAnswers {
  examples: number
  classes: number
  gold: Int32Array // [examples]
  /** By seed. */
  a: Int32Array[] // [seeds][examples]
  b: Int32Array[] // [seeds][examples]
}

/** `a[i]` and `b[i]` are the answers of one seed. */
export function shareAnswers(a: readonly Answers[], b: readonly Answers[]): SharedAnswers {
  const all = [...a, ...b]
  const [first] = all
  const classes = all.reduce((most, answers) => Math.max(most, answers.classes), 0)
  if (!first) return { examples: 0, classes, gold: new Int32Array(), a: [], b: [] }
  if (all.every(({ fingerprint }) => fingerprint === first.fingerprint)) {
    const predicted = (of: readonly Answers[]) => of.map((answers) => answers.predicted)
    return {
      examples: first.keys.length,
      classes,
      gold: first.gold,
      a: predicted(a),
      b: predicted(b),
    }
  }
  const indices = all.map(({ keys }) => new Map(keys.map((key, i) => [key, i])))
  const keys = first.keys.filter((key) => indices.every((index) => index.has(key)))
  // Every key is in every index.
  const select = (values: Int32Array, i: number) =>
    Int32Array.from(keys, (key) => values[indices[i]!.get(key)!]!)
  return {
    examples: keys.length,
    classes,
    gold: select(first.gold, 0),
    a: a.map(({ predicted }, i) => select(predicted, i)),
    b: b.map(({ predicted }, i) => select(predicted, a.length + i)),
  }
}
