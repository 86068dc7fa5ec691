import type { Tensor, Variable } from '@tensorflow/tfjs-core'
import type { BackendName } from '../../../src-shared/config/run.ts'

/** What `virtlab doctor` tells about a backend. */
export interface BackendProbe {
  name: BackendName
  usable: boolean
  /** Version and device where usable, e.g. `TensorFlow 2.21.0, CPU (AVX2, FMA)`. */
  device: string | undefined
  /** Measured at 1024² float32 matrix products. */
  gflops: number | undefined
  /** Why it is not usable. */
  reason: string | undefined
  /** What to do about it. */
  fix: string | undefined
  /** Usable, but what an earlier Virtlab installed lacks what makes this one's faster. */
  outdated: boolean
}

export interface AdamWSettings {
  learningRate: number
  beta1: number
  beta2: number
  epsilon: number
  weightDecay: number
  /** 1-based optimizer step, for bias correction. */
  step: number
  /** Gradients are multiplied by this first (clipping and accumulation). */
  gradientScale: number
}

/** One parameter with its moments; all three are updated in place. */
export interface AdamWSlot {
  parameter: Variable
  m: Variable
  v: Variable
  decay: boolean
}

/** Operations that pay for a form of their own on some backend. */
export interface BackendKernels {
  /**
   * AdamW (Loshchilov & Hutter 2019) as in PyTorch: w ← w·(1 − lr·wd), then w ← w − lr·m̂/(√v̂ + ε).
   * `gradients[i]` belongs to `slots[i]` and is not disposed.
   */
  adamW(slots: AdamWSlot[], gradients: Tensor[], settings: AdamWSettings): void
  /** Σ over all tensors of Σ t², read back to the host (WebGPU reads asynchronously only). */
  squaredNorm(tensors: Tensor[]): Promise<number>
  /** Float32 mask: 1/(1 − rate) with probability 1 − rate, else 0; a pure function of (shape, rate, key). */
  dropoutMask(shape: number[], rate: number, key: [number, number]): Tensor
}

export interface ActiveBackend {
  name: BackendName
  device: string
  /** What is installed lacks the compiled operations: it works, and a reinstalled one is faster. */
  outdated?: boolean
  kernels: BackendKernels
}
