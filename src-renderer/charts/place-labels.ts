export interface Box {
  x: number
  y: number
  width: number
  height: number
}

export interface PlacedLabel extends Box {
  /** Far enough from its mark to need a line to it. */
  leader: boolean
}

const gap = 9
const directions = Array.from({ length: 16 }, (_, i) => (i * Math.PI) / 8)
/** Right, left, above, below first, then further and further around. */
const nearby: [dx: number, dy: number][] = [
  [1, 0],
  [-1, 0],
  [0, -1],
  [0, 1],
]

/**
 * A place beside every mark for its label, so that no label lies on another or on a mark, and all lie within `area`.
 * Marks are dealt with in their order. Where a chart is so full that there is no such place, the label gets the one
 * with the least overlap.
 * @param obstacles what labels should not lie on besides the marks
 */
export function placeLabels(
  marks: readonly { x: number; y: number; width: number; height: number }[],
  area: Box,
  obstacles: readonly Box[] = [],
): PlacedLabel[] {
  const taken: Box[] = [
    ...obstacles,
    ...marks.map(({ x, y }) => ({ x: x - 6, y: y - 6, width: 12, height: 12 })),
  ]
  return marks.map((mark) => {
    let best: { label: PlacedLabel; overlap: number } | undefined
    for (const label of places(mark)) {
      const inside = clamp(label, area)
      const overlap = taken.reduce((sum, box) => sum + shared(inside, box), 0)
      if (!best || overlap < best.overlap) best = { label: inside, overlap }
      if (overlap === 0) break
    }
    const { label } = best!
    taken.push(label)
    return label
  })
}

function* places(mark: { x: number; y: number; width: number; height: number }) {
  const at = (dx: number, dy: number, distance: number): PlacedLabel => ({
    x: mark.x + dx * distance + (dx - 1) * (mark.width / 2),
    y: mark.y + dy * distance + (dy - 1) * (mark.height / 2),
    width: mark.width,
    height: mark.height,
    leader: distance > gap,
  })
  for (const [dx, dy] of nearby) yield at(dx, dy, gap)
  for (let distance = 2 * gap; distance <= 14 * gap; distance += gap) {
    for (const angle of directions) yield at(Math.cos(angle), Math.sin(angle), distance)
  }
}

const clamp = (label: PlacedLabel, area: Box): PlacedLabel => ({
  ...label,
  x: Math.min(Math.max(label.x, area.x), area.x + area.width - label.width),
  y: Math.min(Math.max(label.y, area.y), area.y + area.height - label.height),
})

/** Area that two boxes share. */
export function shared(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  return width > 0 && height > 0 ? width * height : 0
}
