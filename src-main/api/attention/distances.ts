import { setImmediate } from 'node:timers/promises'
import { compareMaps, distances as measures } from '../../../src-shared/attention-distance.ts'
import type { CallRequest } from '../../../src-shared/contract/index.ts'
import type { Snapshot, SnapshotReader } from './snapshots.ts'

/** The event loop gets its turn after this much arithmetic. */
const sliceMs = 30

interface DistanceRequest extends Pick<CallRequest<'attention.distances'>, 'measure'> {
  direction?: 'x_to_y' | 'y_to_x' | undefined
  exampleId?: string | undefined
  /** Teacher layer of a student layer. */
  teacherLayer: (layer: number) => number
}

/** Distances of a run by step, layer and head; what was worked out once is kept. */
export function createDistances(snapshots: SnapshotReader) {
  const cache = new Map<string, Float32Array>()

  return async (run: number, request: DistanceRequest) => {
    const index = snapshots.list(run)
    const own = index.filter(({ source }) => source === 'student')
    const frozen = index.filter(({ source }) => source === 'teacher')
    const chosen = own.filter(
      ({ direction, exampleId }) =>
        direction === (request.direction ?? direction) &&
        exampleId === (request.exampleId ?? exampleId),
    )
    const steps = [...new Set(chosen.map(({ step }) => step))].sort((a, b) => a - b)
    const layers = [...new Set(chosen.map(({ layer }) => layer))].sort((a, b) => a - b)
    const heads = chosen[0]?.heads ?? 0
    const values = new Float32Array(steps.length * layers.length * heads)
    const counts = new Float32Array(values.length)
    const teachers = new Map<string, Float32Array>()

    let turn = performance.now()
    for (const snapshot of chosen) {
      const layer = request.teacherLayer(snapshot.layer)
      const teacher = frozen.find(
        (other) =>
          other.layer === layer &&
          other.exampleId === snapshot.exampleId &&
          other.direction === snapshot.direction,
      )
      if (!teacher) continue
      const distance = distanceOf(snapshot, teacher)
      const at =
        (steps.indexOf(snapshot.step) * layers.length + layers.indexOf(snapshot.layer)) * heads
      distance.forEach((value, head) => {
        values[at + head]! += value
        counts[at + head]! += 1
      })
      if (performance.now() - turn > sliceMs) {
        await setImmediate()
        turn = performance.now()
      }
    }
    return {
      steps: Float64Array.from(steps),
      layers,
      heads,
      values: values.map((sum, i) => (counts[i] === 0 ? NaN : sum / counts[i]!)),
      unit: measures[request.measure].unit,
      examples: new Set(chosen.map(({ exampleId }) => exampleId)).size,
    }

    /** Of every head. */
    function distanceOf(student: Snapshot, teacher: Snapshot): Float32Array {
      const id = `${request.measure}/${student.key}/${teacher.key}`
      const known = cache.get(id)
      if (known) return known
      const p = teachers.get(String(teacher.key)) ?? snapshots.map(teacher.key)
      teachers.set(String(teacher.key), p)
      const q = snapshots.map(student.key)
      const rows = student.rows
      const distance = compareMaps(p, q, student.heads, rows, request.measure)
      if (cache.size > 100_000) cache.clear()
      cache.set(id, distance)
      return distance
    }
  }
}
