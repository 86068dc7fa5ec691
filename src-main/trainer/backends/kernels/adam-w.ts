import type { AdamWSettings } from '../backend.ts'

/**
 * One AdamW update of one parameter on plain arrays, in place: w ← w·(1 − lr·wd), then w ← w − lr·m̂/(√v̂ + ε)
 * with m̂ = m/(1 − β₁ᵗ) and v̂ = v/(1 − β₂ᵗ), as torch.optim.AdamW. Works in float64 between loading and storing.
 */
export function adamWInPlace(
  w: Float32Array,
  m: Float32Array,
  v: Float32Array,
  gradient: Float32Array,
  settings: AdamWSettings,
  decay: boolean,
): void {
  const { beta1, beta2, epsilon, gradientScale } = settings
  const { stepSize, rootCorrection, keep } = adamWFactors(settings, decay)
  const new1 = 1 - beta1
  const new2 = 1 - beta2
  for (let i = 0; i < w.length; i++) {
    const g = gradient[i]! * gradientScale
    const mi = beta1 * m[i]! + new1 * g
    const vi = beta2 * v[i]! + new2 * g * g
    m[i] = mi
    v[i] = vi
    w[i] = w[i]! * keep - (stepSize * mi) / (Math.sqrt(vi) * rootCorrection + epsilon)
  }
}

/** What AdamW's update needs of its settings, with the bias corrections taken out of the loop. */
export function adamWFactors(
  { learningRate, beta1, beta2, weightDecay, step }: AdamWSettings,
  decay: boolean,
): { stepSize: number; rootCorrection: number; keep: number } {
  return {
    /** lr/(1 − β₁ᵗ) */
    stepSize: learningRate / (1 - beta1 ** step),
    /** 1/√(1 − β₂ᵗ), which turns √v into √v̂ */
    rootCorrection: 1 / Math.sqrt(1 - beta2 ** step),
    /** 1 − lr·wd, or 1 for parameters without decay */
    keep: decay ? 1 - learningRate * weightDecay : 1,
  }
}
