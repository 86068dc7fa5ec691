import { softmax } from '../../../src-shared/softmax.ts'
import { argmax, type StoredPrediction } from '../../store/details.ts'

/** One example's stored answer, with what follows from the logits. */
export interface Answer {
  exampleId: string
  x: string
  y: string
  label: number
  predicted: number
  probabilities: number[]
}

export function answerOf({ exampleId, x, y, label, logits }: StoredPrediction): Answer {
  return { exampleId, x, y, label, predicted: argmax(logits), probabilities: softmax(logits) }
}

export const confidence = ({ probabilities, predicted }: Answer): number =>
  probabilities[predicted] ?? 0

/** Upper and lower case do not count. */
export function textMatcher(text: string | undefined): (answer: Answer) => boolean {
  if (!text) return () => true
  const wanted = text.toLowerCase()
  return ({ x, y, exampleId }) =>
    [x, y, exampleId].some((part) => part.toLowerCase().includes(wanted))
}

/** Class names; a class that nobody has named is its number. */
export function nameClasses(labels: string[], answers: readonly Answer[]): string[] {
  const count = answers.reduce(
    (most, { label, predicted }) => Math.max(most, label + 1, predicted + 1),
    labels.length,
  )
  return Array.from({ length: count }, (_, i) => labels[i] ?? String(i))
}
