import type { Tensor3D } from '@tensorflow/tfjs-core'
import * as tf from '@tensorflow/tfjs-core'
import type { HiddenConfig } from '../../../src-shared/config/distillation.ts'
import { contentStates, contentWeights, sides, stateError } from '../losses/hidden.ts'
import type { DistillationFactory } from './distillation.ts'
import { fitModels } from './fit.ts'

/**
 * Hidden-state distillation (FitNets, Romero et al. 2015; DeFormer's layer-wise representation similarity, Cao et al.
 * 2020, §3.2): each token's vector is to be the one that the teacher has for it, whatever it read beside it.
 *
 *   L_hidden = mean_{l, side, b, t ≤ len_b} ‖h[b,t] − h_teacher[b,t]‖²/d
 */
export const hiddenDistillation: DistillationFactory<HiddenConfig> = (config, models) => {
  const pairs = fitModels('hidden', config, models)
  return {
    name: 'hidden',
    weight: config.alpha,
    needsTrace: true,

    targets: (output, batch) =>
      pairs.flatMap(({ teacherLayer }) => {
        const states = contentStates(output, teacherLayer, batch)
        return sides.map((side) => states[side]) // in the order that loss() reads
      }),

    loss(output, targets, batch) {
      const weights = contentWeights(batch)
      const losses = pairs.flatMap(({ studentLayer }, i) => {
        const states = contentStates(output, studentLayer, batch)
        return sides.map((side, s) =>
          stateError(states[side], targets[i * sides.length + s] as Tensor3D, weights[side]),
        )
      })
      return tf.div(tf.addN(losses), losses.length)
    },
  }
}
