/** A query's candidates, best first by the model's score, as the gain of each: 0 for an irrelevant one. */
export type Ranking = Float64Array // [candidates]

/**
 * Ranks the candidates of every query. Those with equal scores stand in the worst order, so that a model that says the
 * same of all gets no credit. Queries without any relevant candidate are left out: no order of theirs is better than
 * another.
 *
 * @param queries of each candidate, e.g. its text X
 */
export function rankCandidates(
  queries: readonly string[],
  scores: ArrayLike<number>,
  gains: ArrayLike<number>,
): Ranking[] {
  const candidates = new Map<string, number[]>()
  queries.forEach((query, i) => {
    const known = candidates.get(query)
    if (known) known.push(i)
    else candidates.set(query, [i])
  })
  return [...candidates.values()]
    .filter((indices) => indices.some((i) => gains[i]! > 0))
    .map((indices) =>
      Float64Array.from(
        indices.sort((a, b) => scores[b]! - scores[a]! || gains[a]! - gains[b]!),
        (i) => gains[i]!,
      ),
    )
}

/** Mean over the rankings; 0 for none. */
export function meanOver(rankings: readonly Ranking[], of: (ranking: Ranking) => number): number {
  if (rankings.length === 0) return 0
  return rankings.reduce((sum, ranking) => sum + of(ranking), 0) / rankings.length
}
