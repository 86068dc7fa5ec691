import type { CellComparison, TableWarning } from '../../src-shared/tables/evaluated.ts'
import type { TableDimension, TableRecipe } from '../../src-shared/tables/recipe.ts'
import type { Refusal } from '../../src-shared/statistics.ts'
import { UserError } from '../../src-shared/errors.ts'
import { bestOf, boldOf } from '../stats/best.ts'
import { studentCritical } from '../stats/distributions/student-t.ts'
import { holm } from '../stats/holm.ts'
import { pairedTests } from '../stats/registry.ts'
import type { Grid, GridCell } from './grid.ts'
import { keyOf, type Levels } from './levels.ts'
import type { PairedOutcome, TestRunner } from './run-test.ts'

export interface CellMarks {
  reference: CellComparison | null
  isReference: boolean
  best: CellComparison | null
  bold: boolean
}

export interface Comparisons {
  of(cell: GridCell): CellMarks
  references: number
  bests: number
  warnings: TableWarning[]
}

interface Comparison {
  cell: GridCell
  other: GridCell
  outcome: PairedOutcome
}

/** Compares every cell with its reference and with the best of its row or column. */
export async function compareCells(
  grid: Grid,
  recipe: TableRecipe,
  tests: TestRunner,
): Promise<Comparisons> {
  const { significance } = recipe
  const { test, alpha } = significance
  const compare = async (cell: GridCell, other: GridCell): Promise<Comparison> => {
    const metric = grid.values[cell.value]?.metric ?? ''
    const outcome = await tests.run(test, metric, cell.measured, other.measured, significance)
    return { cell, other, outcome }
  }

  const { at, marks } = recipe.reference ?? { at: {}, marks: false }
  const referenceOf = recipe.reference ? otherCells(grid, recipe, at, 'reference.at') : undefined
  const isReference = new Set<GridCell>()
  const withReference: Comparison[] = []
  let lacking = 0
  // A ratio is no difference, and what it is to stands in its own column.
  const isTested = ({ value }: GridCell) => recipe.values[value]?.ratioTo === undefined
  for (const cell of referenceOf && marks ? grid.cells.filter(isTested) : []) {
    const other = referenceOf?.(cell)
    if (other === cell) isReference.add(cell)
    else if (cell.summary && other?.summary) withReference.push(await compare(cell, other))
    else if (cell.summary) lacking++
  }
  const withBest: Comparison[] = []
  const contests = contestsOf(grid, recipe)
  for (const { cells, better } of recipe.best.ties ? contests : []) {
    const best = cells[bestOf(cells.map(meanOf), better)]
    for (const cell of cells) {
      if (best && cell !== best && isTested(cell)) withBest.push(await compare(cell, best))
    }
  }

  const references = adjust(withReference, recipe)
  const bests = adjust(withBest, recipe)
  const bold = new Set<GridCell>()
  for (const { cells, better } of contests) {
    const p = cells.map((cell) => bests.get(cell)?.pAdjusted ?? null)
    boldOf(cells.map(meanOf), better, p, alpha).forEach((isBold, i) => {
      const cell = cells[i]
      if (isBold && cell) bold.add(cell)
    })
  }
  return {
    of: (cell) => ({
      reference: references.get(cell) ?? null,
      isReference: isReference.has(cell),
      best: bests.get(cell) ?? null,
      bold: bold.has(cell),
    }),
    references: countTests(references),
    bests: countTests(bests),
    warnings: [
      ...(lacking > 0 ? [{ kind: 'no_reference', cells: lacking } as const] : []),
      ...warningsOf([...withReference, ...withBest], [references, bests], recipe),
    ],
  }
}

const meanOf = ({ summary }: GridCell): number | null => summary?.mean ?? null

const countTests = (family: Map<GridCell, CellComparison>): number =>
  [...family.values()].filter(({ p }) => p !== null).length

/** Each cell's counterpart: the one that has these levels and, beyond them, the cell's own. */
export function otherCells(
  grid: Grid,
  recipe: TableRecipe,
  at: Readonly<Record<string, string>>,
  where: string,
): (cell: GridCell) => GridCell | undefined {
  const { rows, columns } = grid
  for (const [field, level] of Object.entries(at)) {
    const axis = [rows, columns].find(({ dimensions }) => dimensions.some((d) => d.field === field))
    const place = axis?.dimensions.findIndex((d) => d.field === field) ?? -1
    const levels = new Set(axis?.levels.map((of) => of[place]))
    if (levels.has(level) || grid.cells.length === 0) continue
    throw new UserError(
      axis
        ? `no row or column has the ${field} "${level}"`
        : `${field} is neither a row nor a column of the table`,
      {
        where: `${recipe.name}: ${where}`,
        fix: axis
          ? `There are: ${[...levels].join(', ')}.`
          : 'Name a field that group, rows or columns have.',
      },
    )
  }
  const replace = (dimensions: readonly TableDimension[], own: Levels) =>
    dimensions.map(({ field }, i) => at[field] ?? own[i] ?? '')
  return (cell) =>
    grid.at(
      replace(rows.dimensions, cell.row),
      replace(columns.dimensions, cell.column),
      cell.value,
    )
}

/** The cells among which one is best: of a value and column (in each block apart), or of a value and row. */
function contestsOf(
  { cells, values }: Grid,
  { best, group }: TableRecipe,
): { cells: GridCell[]; better: 'higher' | 'lower' }[] {
  if (best.within === 'none') return []
  const contest = ({ row, column, value }: GridCell) =>
    best.within === 'row'
      ? keyOf([String(value), ...row])
      : keyOf([String(value), ...row.slice(0, group.length), ...column])
  return [...Map.groupBy(cells, contest).values()].flatMap((members) => {
    const better = values[members[0]?.value ?? 0]?.better ?? 'none'
    const measured = members.filter(({ summary }) => summary)
    return better === 'none' || measured.length < 2 ? [] : [{ cells: measured, better }]
  })
}

/** One family of tests: those that say something are corrected together. */
function adjust(
  comparisons: readonly Comparison[],
  { significance: { correction, alpha } }: TableRecipe,
): Map<GridCell, CellComparison> {
  const family = comparisons.flatMap(({ outcome: { result } }) => pOf(result) ?? [])
  const corrected = correction === 'holm' ? holm(family) : family
  const factor = correction === 'holm' ? family.length : 1
  let next = 0
  return new Map(
    comparisons.map(({ cell, other, outcome: { result } }): [GridCell, CellComparison] => {
      const difference = (cell.summary?.mean ?? NaN) - (other.summary?.mean ?? NaN)
      const p = pOf(result)
      const pAdjusted = p === null ? null : (corrected[next++] ?? 1)
      const significant = pAdjusted !== null && pAdjusted <= alpha
      const smallestP = typeof result === 'string' ? 1 : result.smallestP
      const tooSmall = p !== null && !significant && smallestP * factor > alpha
      const refusal = typeof result === 'string' ? result : null
      return [cell, { difference, p, pAdjusted, refusal, significant, tooSmall }]
    }),
  )
}

/** Two systems with the same answers are not different. */
function pOf(result: PairedOutcome['result']): number | null {
  if (typeof result !== 'string') return result.p
  return result === 'no_discordant_answers' ? 1 : null
}

function warningsOf(
  comparisons: readonly Comparison[],
  families: readonly Map<GridCell, CellComparison>[],
  { significance: { test, alpha } }: TableRecipe,
): TableWarning[] {
  const all = families.flatMap((family) => [...family.values()])
  const warnings: TableWarning[] = []
  const refused = Map.groupBy(
    all.filter(({ refusal, p }) => refusal !== null && p === null),
    ({ refusal }) => refusal,
  )
  for (const [refusal, tests] of refused) {
    warnings.push({ kind: 'refused', refusal: refusal as Refusal, tests: tests.length })
  }
  const tooSmall = all.filter((one) => one.tooSmall).length
  if (tooSmall > 0) warnings.push({ kind: 'too_small', tests: tooSmall, of: all.length })
  const unpaired = comparisons.filter(({ outcome }) => !outcome.sameSeeds).length
  if (unpaired > 0) warnings.push({ kind: 'unpaired_seeds', tests: unpaired })
  const seeds = comparisons.flatMap(({ outcome: { result } }) =>
    typeof result === 'string' ? [] : [result.n],
  )
  if (pairedTests[test].over === 'seeds' && seeds.length > 0) {
    const least = Math.min(...seeds)
    if (least >= 2 && least < 5) {
      const deviations = studentCritical(1 - alpha, least - 1) / Math.sqrt(least)
      warnings.push({ kind: 'few_seeds', seeds: least, deviations })
    }
  }
  return warnings
}
