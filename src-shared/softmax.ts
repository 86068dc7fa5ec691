/** Probabilities of classes by their logits, in float64; the largest logit is taken off first, so nothing overflows. */
export function softmax(logits: Float32Array): number[] {
  const highest = logits.reduce((a, b) => Math.max(a, b), -Infinity)
  const powers = Array.from(logits, (logit) => Math.exp(logit - highest))
  const sum = powers.reduce((a, b) => a + b, 0)
  return powers.map((power) => power / sum)
}
