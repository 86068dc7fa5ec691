import type { Tensor, Variable } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import type { AdamWSettings, AdamWSlot } from '../backend.ts'
import { adamWFactors } from '../kernels/adam-w.ts'
import type { OpAttribute, TensorflowBackend } from './load.ts'

/**
 * AdamW through TensorFlow's fused `ResourceApplyAdam`, which updates w, m and v in one pass and in place.
 *
 * Its formula is w −= α·m/(√v + ε′). With α = lr·√(1 − β₂ᵗ)/(1 − β₁ᵗ) that is Adam's, but ε′ stands outside
 * the bias correction, where PyTorch has it inside: w −= lr/(1 − β₁ᵗ) · m/(√v/√(1 − β₂ᵗ) + ε). Both are equal
 * for ε′ = ε·√(1 − β₂ᵗ), which is what the operation is given. The powers of β it is given are 0: it would form
 * 1 − βᵗ in float32, so α comes ready-made in float64, with β as float32 has it (1 − 0.999f is 0.0010000467).
 */
export function createAdamW(
  backend: TensorflowBackend,
): (slots: AdamWSlot[], gradients: Tensor[], settings: AdamWSettings) => void {
  const { binding } = backend
  const resources = new ResourceVariables(backend)
  const type = { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT }
  const applyAttributes: OpAttribute[] = [
    type,
    { name: 'use_locking', type: binding.TF_ATTR_BOOL, value: false },
    { name: 'use_nesterov', type: binding.TF_ATTR_BOOL, value: false },
  ]
  const scalar = (value: number) =>
    binding.createTensor([], binding.TF_FLOAT, new Float32Array([value]))
  const multiply = (a: number, b: number) => binding.executeOp('Mul', [type], [a, b], 1)[0]!.id

  return (slots, gradients, settings) => {
    const beta1 = Math.fround(settings.beta1)
    const beta2 = Math.fround(settings.beta2)
    const { stepSize, rootCorrection, keep } = adamWFactors({ ...settings, beta1, beta2 }, true)
    const hyper = [0, 0, stepSize / rootCorrection, beta1, beta2, settings.epsilon / rootCorrection]
    const hyperIds = hyper.map(scalar)
    const scaleId = scalar(settings.gradientScale)
    const keepId = scalar(keep)
    const gradientIds = backend.getInputTensorIds(gradients)

    slots.forEach(({ parameter, m, v, decay }, i) => {
      const decayed = decay && keep !== 1 ? (id: number) => multiply(id, keepId) : undefined
      const handles = [resources.take(parameter, decayed), resources.take(m), resources.take(v)]
      const own = settings.gradientScale !== 1
      const gradient = own ? multiply(gradientIds[i]!, scaleId) : gradientIds[i]!
      binding.executeOp(
        'ResourceApplyAdam',
        applyAttributes,
        [...handles, ...hyperIds, gradient],
        0,
      )
      if (own) binding.deleteTensor(gradient)
      for (const variable of [parameter, m, v]) resources.giveBack(variable)
    })
    for (const id of [...hyperIds, scaleId, keepId]) binding.deleteTensor(id)
  }
}

/**
 * A TensorFlow resource for each variable that is updated in place. Between updates the variable's tensor shares
 * the resource's memory; it is let go during the update, because TensorFlow copies what is shared before writing.
 */
class ResourceVariables {
  readonly #backend: TensorflowBackend
  readonly #type: OpAttribute
  readonly #resources = new WeakMap<Variable, { handle: number; valueId: number }>()

  constructor(backend: TensorflowBackend) {
    this.#backend = backend
    const { TF_ATTR_TYPE, TF_FLOAT } = backend.binding
    this.#type = { name: 'dtype', type: TF_ATTR_TYPE, value: TF_FLOAT }
  }

  /**
   * Moves the variable's value, or what `compute` makes of it, into its resource and returns the resource's handle.
   * The variable has no value until `giveBack`.
   */
  take(variable: Variable, compute?: (id: number) => number): number {
    const { binding } = this.#backend
    this.#ownValue(variable)
    const record = this.#backend.tensorMap.get(variable.dataId)
    const [id] = this.#backend.getInputTensorIds([variable])
    const resource = this.#resourceOf(variable)
    if (compute || resource.valueId !== id) {
      const value = compute ? compute(id!) : id!
      binding.executeOp('AssignVariableOp', [this.#type], [resource.handle, value], 0)
      if (compute) binding.deleteTensor(value)
    }
    binding.deleteTensor(id!)
    record.id = resource.valueId = NO_VALUE
    return resource.handle
  }

  giveBack(variable: Variable): void {
    const { binding, tensorMap } = this.#backend
    const resource = this.#resourceOf(variable)
    const [value] = binding.executeOp('ReadVariableOp', [this.#type], [resource.handle], 1)
    tensorMap.get(variable.dataId).id = resource.valueId = value!.id
  }

  /** A value shared with the tensor that the variable started from, or with a clone, stays with those. */
  #ownValue(variable: Variable): void {
    if (this.#backend.tensorMap.get(variable.dataId).refCount === 1) return
    const copy = tf.tidy(() => tf.add(variable, 0))
    variable.assign(copy)
    copy.dispose()
  }

  #resourceOf(variable: Variable): { handle: number; valueId: number } {
    const known = this.#resources.get(variable)
    if (known) return known
    const { binding } = this.#backend
    const attributes: OpAttribute[] = [
      this.#type,
      { name: 'shape', type: binding.TF_ATTR_SHAPE, value: variable.shape },
      { name: 'shared_name', type: binding.TF_ATTR_STRING, value: ANONYMOUS },
    ]
    const handle = binding.executeOp('VarHandleOp', attributes, [], 1)[0]!.id
    const resource = { handle, valueId: NO_VALUE }
    this.#resources.set(variable, resource)
    this.#abandoned.register(variable, handle)
    return resource
  }

  readonly #abandoned = new FinalizationRegistry<number>((handle) => {
    this.#backend.binding.deleteTensor(handle)
  })
}

const NO_VALUE = -1

/** ResourceHandle::ANONYMOUS_NAME of TensorFlow: the resource goes with its handle instead of living under a name. */
const ANONYMOUS = 'cd2c89b7-88b7-44c8-ad83-06c2a9158347'
