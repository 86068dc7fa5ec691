import type { Contingency, ExamplePairs } from '../paired.ts'
import type { SharedAnswers } from './shared-answers.ts'

/** Accuracy is a mean over examples: their differences are all that resampling needs. */
export function accuracyPairs(answers: SharedAnswers): ExamplePairs {
  const { examples } = answers
  const sums = summedDifferences(answers) // [examples], in answers
  const scale = 1 / (examples * answers.a.length)
  const differing = Int32Array.from(sums.keys()).filter((i) => sums[i] !== 0)
  const kept = Int32Array.from(differing, (i) => sums[i]!)
  return {
    examples,
    differing,
    difference: kept.reduce((sum, value) => sum + value, 0) * scale,
    drawn(indices) {
      let sum = 0
      for (let i = 0; i < indices.length; i++) sum += sums[indices[i]!]!
      return sum * scale
    },
    exchanged(swap) {
      let sum = 0
      for (let i = 0; i < kept.length; i++) sum += swap[i] === 1 ? -kept[i]! : kept[i]!
      return sum * scale
    },
  }
}

/** accuracy(A) − accuracy(B) of every example, the mean over seeds. */
export function accuracyDifferences(answers: SharedAnswers): Float64Array {
  const seeds = answers.a.length
  return Float64Array.from(summedDifferences(answers), (sum) => sum / seeds)
}

export function contingencyOf({ gold, a, b }: SharedAnswers): Contingency {
  const table: Contingency = { bothRight: 0, onlyA: 0, onlyB: 0, bothWrong: 0 }
  a.forEach((ofA, seed) => {
    const ofB = b[seed]!
    for (let i = 0; i < gold.length; i++) {
      const [rightA, rightB] = [ofA[i] === gold[i], ofB[i] === gold[i]]
      if (rightA) table[rightB ? 'bothRight' : 'onlyA']++
      else table[rightB ? 'onlyB' : 'bothWrong']++
    }
  })
  return table
}

function summedDifferences({ gold, a, b }: SharedAnswers): Int32Array {
  const sums = new Int32Array(gold.length)
  a.forEach((ofA, seed) => {
    const ofB = b[seed]!
    for (let i = 0; i < gold.length; i++) {
      sums[i]! += Number(ofA[i] === gold[i]) - Number(ofB[i] === gold[i])
    }
  })
  return sums
}
