export interface LabelledTokens {
  tokens: readonly string[]
  label: string
}

/**
 * Share of `test` that a multinomial naive Bayes with add-one smoothing gets right after counting `train`:
 * what single tokens give away about the label.
 */
export function naiveBayesAccuracy(train: LabelledTokens[], test: LabelledTokens[]): number {
  const labels = new Map<string, { rows: number; total: number; counts: Map<string, number> }>()
  const vocabulary = new Set(train.flatMap(({ tokens }) => tokens))
  for (const { tokens, label } of train) {
    const seen = labels.get(label) ?? { rows: 0, total: 0, counts: new Map<string, number>() }
    labels.set(label, seen)
    seen.rows += 1
    seen.total += tokens.length
    for (const token of tokens) seen.counts.set(token, (seen.counts.get(token) ?? 0) + 1)
  }
  const classify = (tokens: readonly string[]): string | undefined => {
    const scores = [...labels].map(([label, { rows, total, counts }]) => ({
      label,
      score: tokens
        .filter((token) => vocabulary.has(token))
        .map((token) => ((counts.get(token) ?? 0) + 1) / (total + vocabulary.size))
        .reduce((sum, likelihood) => sum + Math.log(likelihood), Math.log(rows / train.length)),
    }))
    return scores.sort((a, b) => b.score - a.score)[0]?.label
  }
  return test.filter(({ tokens, label }) => classify(tokens) === label).length / test.length
}
