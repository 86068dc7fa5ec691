/**
 * The selection after a click or a key on row `index`. `keys` are all rows' keys in order; `anchor` is
 * where a range begins (the row last pressed without Shift).
 */
export function selectAt(
  selected: ReadonlySet<string>,
  keys: readonly (string | undefined)[],
  index: number,
  how: 'only' | 'toggle' | 'range',
  anchor: number,
): Set<string> {
  const key = keys[index]
  if (how === 'range') {
    const next = new Set(selected)
    for (let i = Math.min(anchor, index); i <= Math.max(anchor, index); i++) {
      const inRange = keys[i]
      if (inRange !== undefined) next.add(inRange)
    }
    return next
  }
  if (key === undefined) return new Set(selected)
  if (how === 'only') return new Set([key])
  const next = new Set(selected)
  if (!next.delete(key)) next.add(key)
  return next
}
