import type { ClassMetric } from '../../trainer/metrics/metric.ts'
import type { ExamplePairs } from '../paired.ts'
import type { SharedAnswers } from './shared-answers.ts'

/** A metric of the confusion matrix (F1, macro F1 …): every resample counts its own matrix a seed. */
export function matrixPairs(answers: SharedAnswers, metric: ClassMetric): ExamplePairs {
  const { examples, classes, gold } = answers
  const seeds = answers.a.length
  // Which cell of its matrix an example's answer is counted in. [2 · seeds][examples]
  const cells = [...answers.a, ...answers.b].map((predicted) =>
    predicted.map((answer, i) => gold[i]! * classes + answer),
  )
  const differing = Int32Array.from(gold.keys()).filter((i) =>
    answers.a.some((ofA, seed) => ofA[i] !== answers.b[seed]![i]),
  )
  const counts = cells.map(() => new Float64Array(classes * classes))

  const differenceOfCounts = () => {
    let sum = 0
    counts.forEach((matrix, i) => {
      const value = metric.compute({ classes, counts: matrix })
      sum += i < seeds ? value : -value
    })
    return sum / seeds
  }
  const drawn = (indices: Int32Array) => {
    cells.forEach((cell, k) => {
      const matrix = counts[k]!.fill(0)
      for (let i = 0; i < indices.length; i++) matrix[cell[indices[i]!]!]! += 1
    })
    return differenceOfCounts()
  }

  const isDiffering = new Set(differing)
  const same = cells.map((cell) => {
    const matrix = new Float64Array(classes * classes)
    cell.forEach((at, i) => {
      if (!isDiffering.has(i)) matrix[at]! += 1
    })
    return matrix
  })
  return {
    unit: 'example',
    examples,
    differing,
    difference: drawn(Int32Array.from(gold.keys())),
    drawn,
    exchanged(swap) {
      same.forEach((matrix, k) => counts[k]!.set(matrix))
      for (let seed = 0; seed < seeds; seed++) {
        const [ofA, ofB] = [cells[seed]!, cells[seeds + seed]!]
        for (let i = 0; i < differing.length; i++) {
          const example = differing[i]!
          const swapped = swap[i] === 1
          counts[seed]![swapped ? ofB[example]! : ofA[example]!]! += 1
          counts[seeds + seed]![swapped ? ofA[example]! : ofB[example]!]! += 1
        }
      }
      return differenceOfCounts()
    },
  }
}
