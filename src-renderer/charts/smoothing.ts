/**
 * Exponential moving average without its usual bias at the start (as TensorBoard's): `weight` in 0…1, 0
 * leaves the values as they are. NaN stays NaN and is not averaged.
 */
export function smooth(values: Float64Array, weight: number): Float64Array {
  const result = new Float64Array(values.length)
  let sum = 0
  let total = 0
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!
    if (!Number.isFinite(value)) {
      result[i] = NaN
      continue
    }
    sum = sum * weight + (1 - weight) * value
    total = total * weight + (1 - weight)
    result[i] = sum / total
  }
  return result
}
