/** All seeds of a run, or of a combination of levels; planned or trained. */
export interface GridGroup {
  name: string
  levels: Readonly<Record<string, string>>
  teacher: string | null
}

export interface Grid<G extends GridGroup> {
  /** What stands over the rows' names; undefined: the rows are runs. */
  corner: string | undefined
  /** Undefined: one column without a name. */
  columns: readonly string[] | undefined
  rows: readonly { name: string; groups: readonly (G | undefined)[] }[]
  /** Those outside the table: teachers, and plain runs beside a grid. */
  alone: readonly G[]
}

/** Two factors as rows and columns, as the core names them; anything else as a list. */
export function layOut<G extends GridGroup>(
  groups: readonly G[],
  axes: { rows: string; columns: string } | null,
): Grid<G> {
  const isCell = ({ levels }: G) => Object.keys(levels).length > 0
  const cells = groups.some(isCell) ? groups.filter(isCell) : groups
  const alone = groups.filter((group) => !cells.includes(group))
  if (!axes) {
    const factors = new Set(cells.flatMap(({ levels }) => Object.keys(levels)))
    const [only] = factors
    const name = (group: G) => (factors.size === 1 && only ? group.levels[only] : undefined)
    return {
      corner: factors.size === 1 ? only : undefined,
      columns: undefined,
      rows: cells.map((group) => ({ name: name(group) ?? group.name, groups: [group] })),
      alone,
    }
  }
  const levelsOf = (factor: string) => [...new Set(cells.map(({ levels }) => levels[factor] ?? ''))]
  const columns = levelsOf(axes.columns)
  const rows = levelsOf(axes.rows).map((row) => ({
    name: row,
    groups: columns.map((column) =>
      cells.find(({ levels }) => levels[axes.rows] === row && levels[axes.columns] === column),
    ),
  }))
  return { corner: axes.rows, columns, rows, alone }
}

/** How many groups learn from this one. */
export const studentsOf = (groups: readonly GridGroup[], name: string): number =>
  groups.filter(({ teacher }) => teacher === name).length
