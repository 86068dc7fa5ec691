import type { EvaluatedTable, TableCell, TableWarning } from '../../src-shared/tables/evaluated.ts'
import type { TableDimension, TableRecipe } from '../../src-shared/tables/recipe.ts'
import type { TestUnit } from '../../src-shared/statistics.ts'
import { predictionMetric, unitOf } from '../stats/examples/example-pairs.ts'
import { pairedTests } from '../stats/registry.ts'
import type { Store } from '../store/open.ts'
import { cellTextOf } from './cell-text.ts'
import { compareCells, otherCells, type Comparisons } from './comparisons.ts'
import { collectEntries } from './entries.ts'
import { makeGrid, type Grid, type GridCell } from './grid.ts'
import type { Levels } from './levels.ts'
import type { TestRunner } from './run-test.ts'

interface Line {
  levels: Levels
  /** Undetermined where values stand on the other side. */
  value: number | null
}

/**
 * A table's numbers, tests and texts from what is in the store now. Throws UserError for a recipe that names
 * what there is not (a suite, a reference).
 */
export async function evaluateTable(
  store: Store,
  recipe: TableRecipe,
  tests: TestRunner,
): Promise<EvaluatedTable> {
  const grid = makeGrid(store, recipe, collectEntries(store, recipe.runs))
  const comparisons = await compareCells(grid, recipe, tests)
  const cellAt = cellWriter(grid, recipe, comparisons)
  const { rows, columns, values } = grid
  const onRows = recipe.valuesOn === 'rows'
  const all = valuesWithData(grid, recipe)

  const columnList = columns.levels.flatMap((levels): Line[] =>
    onRows ? [{ levels, value: null }] : all.map((value) => ({ levels, value })),
  )
  const rowList = sortRows(grid, recipe).flatMap((levels): Line[] =>
    onRows ? all.map((value) => ({ levels, value })) : [{ levels, value: null }],
  )
  return {
    stub: [...rows.dimensions.map(titleOf), ...(onRows && all.length > 1 ? [''] : [])],
    blocks: recipe.group.length,
    columnTitles: columns.dimensions.map(titleOf),
    columns: columnList.map(({ levels, value }) => ({
      labels: labelsOf(levels, columns.dimensions, recipe),
      value,
    })),
    rows: rowList.map(({ levels, value }) => ({
      labels: labelsOf(levels, rows.dimensions, recipe),
      value,
      cells: columnList.map((column) => cellAt(levels, column.levels, value ?? column.value ?? 0)),
    })),
    values,
    runs: grid.runs,
    pending: grid.pending,
    test: {
      key: recipe.significance.test,
      units: unitsOf(grid, recipe),
      references: comparisons.references,
      bests: comparisons.bests,
    },
    warnings: [...gridWarnings(grid), ...comparisons.warnings],
  }
}

/** What the table's test draws and exchanges as one, of the metrics that it can test. */
function unitsOf({ values }: Grid, { significance }: TableRecipe): TestUnit[] {
  if (pairedTests[significance.test].over === 'seeds') return ['seed']
  const tested = values.filter(({ metric }) => predictionMetric(metric))
  return [...new Set(tested.map(({ metric }) => unitOf(metric)))]
}

/** Optional values that nothing has are left out, unless nothing would be left. */
function valuesWithData({ cells, values }: Grid, recipe: TableRecipe): number[] {
  const all = values.map((_, value) => value)
  const has = new Set(cells.flatMap(({ summary, value }) => (summary ? [value] : [])))
  const kept = all.filter((value) => !recipe.values[value]?.optional || has.has(value))
  return kept.length > 0 ? kept : all
}

const titleOf = ({ title, field }: TableDimension): string =>
  title ?? field.replace(/^(factor|config)\./, '')

const labelsOf = (levels: Levels, dimensions: readonly TableDimension[], recipe: TableRecipe) =>
  levels.map((value, i) => ({
    value,
    text: dimensions[i]?.labels?.[value] ?? (value === '' ? recipe.missing : value),
  }))

/** By labels as the axis has them, or by the first value of the first column, blocks apart. */
function sortRows({ rows, columns, values, at }: Grid, { sort, group }: TableRecipe): Levels[] {
  const [column] = columns.levels
  if (sort === 'levels' || !column) return rows.levels
  const sign = (values[0]?.better === 'lower' ? 1 : -1) * (sort === 'best_first' ? 1 : -1)
  const mean = (levels: Levels) => at(levels, column, 0)?.summary?.mean
  const blocks = Map.groupBy(rows.levels, (levels) => JSON.stringify(levels.slice(0, group.length)))
  return [...blocks.values()].flatMap((block) =>
    block.toSorted((a, b) => {
      const [x, y] = [mean(a), mean(b)]
      if (x === undefined || y === undefined)
        return Number(x === undefined) - Number(y === undefined)
      return sign * (x - y)
    }),
  )
}

function cellWriter(grid: Grid, recipe: TableRecipe, comparisons: Comparisons) {
  const ratios = recipe.values.map(({ ratioTo }, i) =>
    ratioTo ? otherCells(grid, recipe, ratioTo, `values.${i}.ratioTo`) : undefined,
  )
  const referenceOf = recipe.reference
    ? otherCells(grid, recipe, recipe.reference.at, 'reference.at')
    : undefined
  return (row: Levels, column: Levels, value: number): TableCell => {
    const cell = grid.at(row, column, value)
    const resolved = grid.values[value]
    if (!cell || !resolved) return emptyCell
    const marks = comparisons.of(cell)
    const summary = ratioSummary(cell, ratios[value])
    const other = referenceOf?.(cell)
    const isRatio = ratios[value] !== undefined
    const delta =
      cell.summary && other?.summary && other !== cell && !isRatio
        ? cell.summary.mean - other.summary.mean
        : null
    return {
      ids: cell.measured.map(({ run }) => run.id),
      others: cell.others,
      mean: summary?.mean ?? null,
      std: summary?.std ?? null,
      low: summary?.low ?? null,
      high: summary?.high ?? null,
      n: summary?.n ?? 0,
      delta,
      ...marks,
      text:
        summary &&
        cellTextOf(summary, resolved, recipe, {
          delta,
          significant: marks.reference?.significant ?? false,
        }),
      reason: cell.reason,
    }
  }
}

/** A ratio of means has no spread of its own. */
function ratioSummary(
  cell: GridCell,
  to: ((cell: GridCell) => GridCell | undefined) | undefined,
): GridCell['summary'] {
  if (!to || !cell.summary) return cell.summary
  const base = to(cell)?.summary?.mean
  if (base === undefined || base === 0) return null
  return { n: cell.summary.n, mean: cell.summary.mean / base, std: null, low: null, high: null }
}

const emptyCell: TableCell = {
  ids: [],
  others: {},
  mean: null,
  std: null,
  low: null,
  high: null,
  n: 0,
  delta: null,
  bold: false,
  isReference: false,
  reference: null,
  best: null,
  text: null,
  reason: null,
}

function gridWarnings({ mixed, repeatedSeeds, cells }: Grid): TableWarning[] {
  const counts = cells.flatMap(({ summary }) => (summary ? [summary.n] : []))
  const [least, most] = [Math.min(...counts), Math.max(...counts)]
  return [
    ...(mixed.cells > 0 ? [{ kind: 'mixed', ...mixed } as const] : []),
    ...(repeatedSeeds > 0 ? [{ kind: 'repeated_seeds', cells: repeatedSeeds } as const] : []),
    ...(counts.length > 0 && least < most ? [{ kind: 'uneven_seeds', least, most } as const] : []),
  ]
}
