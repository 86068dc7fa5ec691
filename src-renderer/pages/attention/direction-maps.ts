import { compareMaps, type DistanceMeasure } from '../../../src-shared/attention-distance.ts'
import type { AttentionMap } from '@shared/contract/attention.ts'
import type { Matrix } from '~/charts/heat-map.ts'

export const directions = ['x_to_y', 'y_to_x'] as const
export type Direction = (typeof directions)[number]

export const mapKinds = ['teacher', 'student', 'difference'] as const
export type MapKind = (typeof mapKinds)[number]

/** One layer and direction: what both models make of the same words. */
export interface DirectionMaps {
  direction: Direction
  heads: number
  rowTokens: readonly string[]
  columnTokens: readonly string[]
  /** [heads, rows, columns]; absent where there is no such map. `difference` is student − teacher. */
  maps: Partial<Record<MapKind, Float32Array>>
  /** Layers that the maps are of; a student's may be taught by another. */
  layers: Partial<Record<'teacher' | 'student', number>>
  /** Both are there, but not over the same words or heads: other lengths or another vocabulary. */
  incomparable: boolean
}

/**
 * Brings a layer's maps of one direction together. `teacherLayer`, where given, picks the teacher's layer
 * among maps of several layers; `layer` picks the run's own.
 */
export function directionMaps(
  maps: readonly AttentionMap[],
  direction: Direction,
  pick?: { layer: number; teacherLayer: number },
): DirectionMaps | undefined {
  const of = (source: AttentionMap['source'], layer: number | undefined) =>
    maps.find(
      (map) =>
        map.direction === direction &&
        map.source === source &&
        (layer === undefined || map.layer === layer),
    )
  const student = of('student', pick?.layer)
  const teacher = of('teacher', student ? pick?.teacherLayer : pick?.layer)
  const shown = student ?? teacher
  if (!shown) return undefined
  const comparable =
    student !== undefined &&
    teacher !== undefined &&
    student.heads === teacher.heads &&
    sameWords(student.rowTokens, teacher.rowTokens) &&
    sameWords(student.columnTokens, teacher.columnTokens)
  return {
    direction,
    heads: shown.heads,
    rowTokens: shown.rowTokens,
    columnTokens: shown.columnTokens,
    maps: {
      // A map over other words than the student's cannot stand beside it.
      ...(teacher && (comparable || !student) ? { teacher: teacher.data } : {}),
      ...(student ? { student: student.data } : {}),
      ...(comparable ? { difference: subtract(student.data, teacher.data) } : {}),
    },
    layers: {
      ...(teacher ? { teacher: teacher.layer } : {}),
      ...(student ? { student: student.layer } : {}),
    },
    incomparable: student !== undefined && teacher !== undefined && !comparable,
  }
}

const sameWords = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every((word, i) => word === b[i])

const differences = new WeakMap<Float32Array, { teacher: Float32Array; values: Float32Array }>()

/** Worked out once a pair of maps: what is fetched ahead is ready to be painted. */
function subtract(student: Float32Array, teacher: Float32Array): Float32Array {
  const known = differences.get(student)
  if (known?.teacher === teacher) return known.values
  const values = new Float32Array(student.length)
  for (let i = 0; i < student.length; i++) values[i] = student[i]! - teacher[i]!
  differences.set(student, { teacher, values })
  return values
}

/** One head's map; `head` from 0. Shares the memory. */
export function headMatrix(of: DirectionMaps, kind: MapKind, head: number): Matrix | undefined {
  const data = of.maps[kind]
  if (!data || head >= of.heads) return undefined
  const rows = of.rowTokens.length
  const columns = of.columnTokens.length
  const size = rows * columns
  return { rows, columns, values: data.subarray(head * size, (head + 1) * size) }
}

/** Distance of every head; undefined where one of the two maps is missing. */
export function headDistances(
  { maps, heads, rowTokens }: DirectionMaps,
  measure: DistanceMeasure,
): Float32Array | undefined {
  const { teacher, student, difference } = maps
  if (!teacher || !student || !difference) return undefined
  const known = headDistancesOf.get(difference) ?? new Map<DistanceMeasure, Float32Array>()
  headDistancesOf.set(difference, known)
  const distances =
    known.get(measure) ?? compareMaps(teacher, student, heads, rowTokens.length, measure)
  known.set(measure, distances)
  return distances
}

const headDistancesOf = new WeakMap<Float32Array, Map<DistanceMeasure, Float32Array>>()

/** Largest size of a value, 0 of none. */
export function largest(values: Float32Array | Float64Array): number {
  let size = 0
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (value > size) size = value
    else if (-value > size) size = -value
  }
  return size
}

/** A pair of words and what both models give it; NaN where there is no such map. */
export interface WordPair extends Record<MapKind, number> {
  row: number
  column: number
}

/** The pairs with the largest values of one kind (of either sign for the difference), largest first. */
export function strongestPairs(
  of: DirectionMaps,
  head: number,
  by: MapKind,
  count: number,
): WordPair[] {
  const matrix = headMatrix(of, by, head)
  if (!matrix) return []
  const { values, columns } = matrix
  const size = (i: number) => Math.abs(values[i]!)
  // The kept ones in descending order; most values are smaller than the last and cost one comparison.
  const kept: number[] = []
  let least = -1
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (value <= least && -value <= least) continue
    let at = kept.length
    while (at > 0 && size(kept[at - 1]!) < size(i)) at -= 1
    kept.splice(at, 0, i)
    if (kept.length > count) kept.pop()
    if (kept.length === count) least = size(kept[count - 1]!)
  }
  const others = mapKinds.map((kind) => [kind, headMatrix(of, kind, head)?.values] as const)
  return kept.map((i) => ({
    row: Math.floor(i / columns),
    column: i % columns,
    ...(Object.fromEntries(others.map(([kind, data]) => [kind, data?.[i] ?? NaN])) as Record<
      MapKind,
      number
    >),
  }))
}
