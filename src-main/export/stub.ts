import type { Cell } from './table.ts'

/**
 * Over how many rows each label of the stub stands; 0: it is covered by the one above. Labels are one where they
 * and all before them are equal; the last column's name single rows and are never one.
 * @returns [rows][stub]
 */
export function stubSpans(rows: readonly (readonly Cell[])[], stub: number): number[][] {
  const spans = rows.map(() => new Array<number>(stub).fill(1))
  for (let column = 0; column < stub - 1; column++) {
    let first = 0
    for (let i = 1; i < rows.length; i++) {
      const same = rows[i]!.slice(0, column + 1).every((cell, c) => cell === rows[first]![c])
      if (!same) {
        first = i
        continue
      }
      spans[first]![column]! += 1
      spans[i]![column] = 0
    }
  }
  return spans
}

/** Whether another block begins with this row. */
export function beginsBlock(
  rows: readonly (readonly Cell[])[],
  row: number,
  blocks: number,
): boolean {
  if (row === 0) return false
  return rows[row]!.slice(0, blocks).some((cell, c) => cell !== rows[row - 1]![c])
}
