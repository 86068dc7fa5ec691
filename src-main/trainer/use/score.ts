import { UserError } from '../../../src-shared/errors.ts'
import { softmax } from '../../../src-shared/softmax.ts'

/** Names of labels that say "these match", the surest first. */
const usual = ['entailment', 'match', 'same', 'paraphrase', 'duplicate', 'equivalent', 'relevant']
const usualShort = ['similar', 'yes', 'true', 'positive', '1']

export interface Score {
  /** Whose probability ranks; null: the expected score of labels that are numbers. */
  label: string | null
  of(logits: Float32Array): { score: number; probabilities: number[] }
}

/**
 * What candidates are ranked by: the probability of the label that counts as a match. Not named, it is the one whose
 * name says so; of two labels the last; of more than two that are numbers, the expected score.
 * @throws UserError where the name is no label, or none can be told
 */
export function chooseScore(labels: readonly string[], wanted: string | null): Score {
  const values = labels.map(Number)
  const isScale = labels.length > 2 && values.every(Number.isFinite)
  const told = [...usual, ...usualShort].find((name) =>
    labels.some((label) => label.toLowerCase() === name),
  )
  const found =
    wanted !== null
      ? labels.indexOf(wanted)
      : isScale
        ? undefined
        : told !== undefined
          ? labels.findIndex((label) => label.toLowerCase() === told)
          : labels.length === 2
            ? 1
            : -1
  if (found === -1) {
    throw new UserError(
      wanted === null
        ? `none of the labels ${labels.join(', ')} is known to mean a match`
        : `no label is called "${wanted}"`,
      { where: '--label', fix: `Choose one of ${labels.join(', ')}.` },
    )
  }
  return {
    label: found === undefined ? null : labels[found]!,
    of(logits) {
      const probabilities = softmax(logits)
      const expected = () => probabilities.reduce((sum, p, i) => sum + p * values[i]!, 0)
      return { probabilities, score: found === undefined ? expected() : probabilities[found]! }
    },
  }
}
