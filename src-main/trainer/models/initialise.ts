import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import { hashText, mix } from './mix.ts'
import type { EncoderConfig, HeadShape } from './model.ts'

/**
 * A new parameter's values, as google-research/bert starts them: weights from a normal distribution
 * (standard deviation `initializerRange`) cut off at two deviations, biases 0, LayerNorm 1. Each tensor
 * draws from a stream of its own, (seed, name), so no other parameter's presence changes it.
 */
export function initialValues(
  { name, shape, init }: HeadShape,
  encoder: EncoderConfig,
  seed: number,
): Float32Array {
  const values = new Float32Array(shape.reduce((product, size) => product * size, 1))
  if (init === 'ones') return values.fill(1)
  if (init === 'zeros') return values
  const normal = truncatedNormal(mix(seed) ^ hashText(name))
  for (let i = 0; i < values.length; i++) values[i] = encoder.initializerRange * normal()
  if (name === 'bert.embeddings.word_embeddings.weight') {
    const width = encoder.hiddenSize
    values.fill(0, encoder.padTokenId * width, (encoder.padTokenId + 1) * width)
  }
  return values
}

/** Standard normal numbers by Marsaglia's polar method, those beyond ±2 drawn again. */
function truncatedNormal(seed: number): () => number {
  const random = xoroshiro128plus(seed)
  const uniform = () => random.next() / 0x8000_0000 // [−1, 1)
  let spare: number | undefined
  const normal = (): number => {
    if (spare !== undefined) {
      const value = spare
      spare = undefined
      return value
    }
    for (;;) {
      const a = uniform()
      const b = uniform()
      const square = a * a + b * b
      if (square === 0 || square >= 1) continue
      const scale = Math.sqrt((-2 * Math.log(square)) / square)
      spare = b * scale
      return a * scale
    }
  }
  return () => {
    for (;;) {
      const value = normal()
      if (Math.abs(value) <= 2) return value
    }
  }
}
