import { UserError } from '../../../src-shared/errors.ts'
import type { RunRecord } from '../../../src-shared/run-record.ts'
import type { RunDetails } from '../../store/details.ts'
import type { ApiContext, Handlers } from '../context.ts'
import { answerOf, confidence, nameClasses, textMatcher, type Answer } from './answers.ts'
import { labelsOf } from './detail.ts'

type Split = 'dev' | 'test'

export function predictionHandlers({
  core,
}: ApiContext): Handlers<'runs.predictions' | 'runs.disagreements'> {
  const { runs, details, db } = core.store
  const splitsOf = db
    .prepare<[number], Split>('SELECT DISTINCT split FROM predictions WHERE run = ? ORDER BY split')
    .pluck()

  return {
    'runs.predictions'(input) {
      const run = runs.get(input.id)
      const splits = splitsOf.all(run.key)
      const split = input.split ?? splits.at(-1) ?? 'dev'
      const answers = answersOf(details, run, split)
      const labels = nameClasses(labelsOf(run), answers)
      const confusion = labels.map(() => labels.map(() => 0))
      for (const { label, predicted } of answers) {
        const row = confusion[label]
        if (row) row[predicted] = (row[predicted] ?? 0) + 1
      }
      const matches = textMatcher(input.text)
      const chosen = answers.filter(
        (answer) =>
          (!input.onlyErrors || answer.label !== answer.predicted) &&
          (input.label ?? answer.label) === answer.label &&
          (input.predicted ?? answer.predicted) === answer.predicted &&
          matches(answer),
      )
      if (input.sort === 'doubt') chosen.sort((a, b) => confidence(a) - confidence(b))
      if (input.sort === 'confidence') chosen.sort((a, b) => confidence(b) - confidence(a))
      const rows = chosen.slice(input.offset, input.offset + input.limit)
      return { split, splits, labels, confusion, total: chosen.length, rows }
    },

    'runs.disagreements'(input) {
      const [a, b] = [runs.get(input.a), runs.get(input.b)]
      const inB = new Set(splitsOf.all(b.key))
      const splits = splitsOf.all(a.key).filter((split) => inB.has(split))
      const split = input.split ?? splits.at(-1) ?? 'dev'
      const ofA = answersOf(details, a, split)
      const ofB = new Map(answersOf(details, b, split).map((answer) => [answer.exampleId, answer]))
      const pairs = ofA.flatMap((first) => {
        const second = ofB.get(first.exampleId)
        return second && isSame(first, second) ? { a: first, b: second } : []
      })
      refuseOtherLabels(a, b)
      const matches = textMatcher(input.text)
      const chosen = pairs.filter((pair) => isKind[input.kind](pair) && matches(pair.a))
      const count = (kind: keyof typeof isKind) => pairs.filter(isKind[kind]).length
      return {
        split,
        splits,
        labels: nameClasses(labelsOf(a), [...ofA, ...ofB.values()]),
        shared: pairs.length,
        onlyInA: ofA.length - pairs.length,
        onlyInB: ofB.size - pairs.length,
        counts: {
          bothRight: count('both_right'),
          onlyARight: count('only_a_right'),
          onlyBRight: count('only_b_right'),
          bothWrong: count('both_wrong'),
          different: count('different'),
        },
        total: chosen.length,
        rows: chosen.slice(input.offset, input.offset + input.limit).map((pair) => {
          const { exampleId, x, y, label } = pair.a
          const answer = ({ predicted, probabilities }: Answer) => ({ predicted, probabilities })
          return { exampleId, x, y, label, a: answer(pair.a), b: answer(pair.b) }
        }),
      }
    },
  }
}

interface AnswerPair {
  a: Answer
  b: Answer
}

const isRight = ({ label, predicted }: Answer) => label === predicted

const isKind: {
  [K in 'different' | 'only_a_right' | 'only_b_right' | 'both_wrong' | 'both_right' | 'all']: (
    pair: AnswerPair,
  ) => boolean
} = {
  all: () => true,
  different: ({ a, b }) => a.predicted !== b.predicted,
  only_a_right: ({ a, b }) => isRight(a) && !isRight(b),
  only_b_right: ({ a, b }) => !isRight(a) && isRight(b),
  both_wrong: ({ a, b }) => !isRight(a) && !isRight(b),
  both_right: ({ a, b }) => isRight(a) && isRight(b),
}

function answersOf(details: RunDetails, run: RunRecord, split: Split): Answer[] {
  return Array.from(details.predictions(run.key, split), answerOf)
}

/** Ids may be line numbers: two runs on different files have the same ids for other texts. */
const isSame = (a: Answer, b: Answer) => a.x === b.x && a.y === b.y

function refuseOtherLabels(a: RunRecord, b: RunRecord): void {
  const [of, other] = [labelsOf(a).join(', '), labelsOf(b).join(', ')]
  if (of === other) return
  throw new UserError(`the two runs have different labels (${of}; ${other})`, {
    where: `${a.name} (${a.id}), ${b.name} (${b.id})`,
    fix: 'Compare runs on the same data.',
  })
}
