/** counts[gold * classes + predicted]; what every classification metric is computed from. */
export interface ConfusionMatrix {
  classes: number
  counts: Float64Array // [classes * classes]
}

export function confusionMatrix(
  gold: ArrayLike<number>,
  predicted: ArrayLike<number>,
  classes: number,
): ConfusionMatrix {
  const counts = new Float64Array(classes * classes)
  for (let i = 0; i < gold.length; i++) {
    const cell = gold[i]! * classes + predicted[i]!
    counts[cell] = counts[cell]! + 1
  }
  return { classes, counts }
}

/** F1 of one class against the rest; 0 where it was neither present nor predicted. */
export function f1OfClass({ classes, counts }: ConfusionMatrix, positive: number): number {
  const truePositives = counts[positive * classes + positive]!
  let gold = 0
  let predicted = 0
  for (let other = 0; other < classes; other++) {
    gold += counts[positive * classes + other]!
    predicted += counts[other * classes + positive]!
  }
  return gold + predicted === 0 ? 0 : (2 * truePositives) / (gold + predicted)
}
