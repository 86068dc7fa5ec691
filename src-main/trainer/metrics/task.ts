import type { DataConfig } from '../../../src-shared/config/data.ts'
import { UserError } from '../../../src-shared/errors.ts'
import type { PairExample } from '../data/dataset.ts'

/** What answers are scored as, beside right and wrong. */
export interface Task {
  classes: number
  /** The score that each label stands for; undefined where labels have no order. */
  values: number[] | undefined
  /** Where a query's candidates are ranked. */
  ranking:
    | {
        query: (example: PairExample) => string
        /** The gain of each label's candidates. */
        gains: number[]
        /** The class whose odds rank; undefined where the expected score does. */
        relevant: number | undefined
      }
    | undefined
}

/**
 * The task of a dataset's labels. Ordered labels that are numbers stand for themselves, others for their place (0, 1,
 * 2 …).
 * @throws UserError where `data.relevant` is no label, or a query column is missing
 */
export function taskOf({ scale, rankBy, relevant }: DataConfig, labels: string[]): Task {
  const numbers = labels.map(Number)
  const places = labels.map((_, i) => i)
  const values = numbers.every((value) => Number.isFinite(value)) ? numbers : places
  const isOrdinal = scale === 'ordinal'
  const task: Task = {
    classes: labels.length,
    values: isOrdinal ? values : undefined,
    ranking: undefined,
  }
  if (rankBy === undefined) return task
  if (isOrdinal) {
    const lowest = Math.min(...values)
    const gains = values.map((value) => value - lowest)
    return { ...task, ranking: { query: queryBy(rankBy), gains, relevant: undefined } }
  }
  const index = relevant === undefined ? labels.length - 1 : labels.indexOf(relevant)
  if (index < 0) {
    throw new UserError(`no label is called "${relevant}"`, {
      where: 'data.relevant',
      fix: `choose one of ${labels.join(', ')}`,
    })
  }
  const gains = places.map((place) => Number(place === index))
  return { ...task, ranking: { query: queryBy(rankBy), gains, relevant: index } }
}

function queryBy(rankBy: NonNullable<DataConfig['rankBy']>): (example: PairExample) => string {
  if (rankBy !== 'column') return (example) => example[rankBy]
  return ({ id, query }) => {
    if (query !== undefined) return query
    throw new UserError(`the pair ${id} has no query`, {
      where: 'data.rankBy',
      fix: 'name the query’s column in data.dev.columns.query (and of test, or train where they are cut from it)',
    })
  }
}
