import type { Answers } from './answers.ts'

/** Answers of pairs of runs on the examples that all of them have; `a[i]` and `b[i]` are of one seed. */
export interface SharedAnswers {
  examples: number
  classes: number
  gold: Int32Array // [examples]
  a: Int32Array[] // [seeds][examples], predicted classes
  b: Int32Array[]
  /** Where all runs have scored the same labels. */
  scores: { gold: Float64Array; a: Float64Array[]; b: Float64Array[] } | null
  /** Where all runs have ranked the same candidates for the same queries. */
  ranking: { query: string[]; gains: Float64Array; a: Float64Array[]; b: Float64Array[] } | null
}

export function shareAnswers(a: readonly Answers[], b: readonly Answers[]): SharedAnswers {
  const all = [...a, ...b]
  const [first] = all
  if (!first) {
    const none = { examples: 0, classes: 0, gold: new Int32Array(), a: [], b: [] }
    return { ...none, scores: null, ranking: null }
  }
  const same = all.every(({ fingerprint }) => fingerprint === first.fingerprint)
  const places = same ? undefined : sharedPlaces(all)
  /** Values of the i-th answers at the shared examples. */
  const pick = <T extends Int32Array | Float64Array>(values: T, i: number): T => {
    const at = places?.[i]
    if (!at) return values
    return values.constructor === Int32Array
      ? (Int32Array.from(at, (place) => values[place]!) as T)
      : (Float64Array.from(at, (place) => values[place]!) as T)
  }
  const both = <T extends Int32Array | Float64Array>(of: (answers: Answers) => T) => ({
    a: a.map((answers, i) => pick(of(answers), i)),
    b: b.map((answers, i) => pick(of(answers), a.length + i)),
  })
  const scored = all.every(({ scores }) => scores)
  const queries = all.map(({ ranking }, i) => {
    const query = ranking?.query
    return query && (places?.[i]?.map((place) => query[place]!) ?? query)
  })
  const [query] = queries
  return {
    examples: places?.[0]?.length ?? first.keys.length,
    classes: all.reduce((most, { classes }) => Math.max(most, classes), 0),
    gold: pick(first.gold, 0),
    ...both(({ predicted }) => predicted),
    scores: scored
      ? { gold: pick(first.scores!.gold, 0), ...both(({ scores }) => scores!.expected) }
      : null,
    ranking:
      query && queries.every((other) => other?.every((one, i) => one === query[i]))
        ? {
            query,
            gains: pick(first.ranking!.gains, 0),
            ...both(({ ranking }) => ranking!.by),
          }
        : null,
  }
}

/** Where the examples that all have stand in each one's answers. */
function sharedPlaces(all: readonly Answers[]): number[][] {
  const indices = all.map(({ keys }) => new Map(keys.map((key, i) => [key, i])))
  const shared = (all[0]?.keys ?? []).filter((key) => indices.every((index) => index.has(key)))
  return indices.map((index) => shared.map((key) => index.get(key)!)) // every key is in every index
}
