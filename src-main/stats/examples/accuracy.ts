import type { Contingency } from '../paired.ts'
import type { SharedAnswers } from './shared-answers.ts'

/** accuracy(A) − accuracy(B) of every example, the mean over seeds. */
export function accuracyDifferences({ gold, a, b }: SharedAnswers): Float64Array {
  const sums = new Float64Array(gold.length)
  a.forEach((ofA, seed) => {
    const ofB = b[seed]!
    for (let i = 0; i < gold.length; i++) {
      sums[i]! += Number(ofA[i] === gold[i]) - Number(ofB[i] === gold[i])
    }
  })
  return sums.map((sum) => sum / a.length)
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
