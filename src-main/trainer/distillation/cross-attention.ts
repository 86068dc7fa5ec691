import * as tf from '@tensorflow/tfjs-core'
import type { Scalar, Tensor4D } from '@tensorflow/tfjs-core'
import type { LayerPair } from '../../../src-shared/config/match-layers.ts'
import {
  blockMasks,
  directions,
  jointScores,
  mapsOf,
  virtualScores,
} from '../losses/virt/blocks.ts'
import type { VirtReduction } from '../losses/virt/reduction.ts'
import type { Distillation } from './distillation.ts'

/**
 * What distillations of cross-attention share: for each pair of layers and each direction, the teacher's map inside
 * the cross block, and the scores that the student's towers would have had there (virt.md, "VIRT distillation").
 *
 * @param heads student layer → indices of the heads to compare; undefined: all
 */
export function distilCrossAttention(
  pairs: LayerPair[],
  reduction: VirtReduction,
  heads: (studentLayer: number) => number[] | undefined = () => undefined,
): Pick<Distillation, 'needsTrace' | 'targets' | 'loss'> {
  return {
    needsTrace: true,

    targets(output, batch) {
      const { joint } = output
      if (!joint) throw new Error('the teacher was not traced')
      const masks = blockMasks(batch)
      return pairs.flatMap(({ studentLayer, teacherLayer }) => {
        const maps = mapsOf(jointScores(joint, teacherLayer, batch, masks))
        const chosen = heads(studentLayer)
        return directions.map((direction) => chooseHeads(maps[direction], chosen)) // in the order that loss() reads
      })
    },

    loss(output, targets, batch) {
      const { towers } = output
      if (!towers) throw new Error('the student was not traced')
      const masks = blockMasks(batch)
      const losses: Scalar[] = pairs.flatMap(({ studentLayer }, i) => {
        const scores = virtualScores(towers, studentLayer, masks)
        const chosen = heads(studentLayer)
        return directions.map((direction, d) =>
          reduction.blockLoss({
            studentScores: chooseHeads(scores[direction], chosen),
            teacherMap: targets[i * directions.length + d] as Tensor4D,
            rowWeight: masks.rowWeight[direction],
            xTowerLength: batch.x.length,
          }),
        )
      })
      const terms = reduction.directions === 'mean' ? losses.length : pairs.length
      return tf.div(tf.addN(losses), terms)
    },
  }
}

/** [batch, heads, rows, keys] → [batch, chosen, rows, keys]. */
function chooseHeads(maps: Tensor4D, chosen: number[] | undefined): Tensor4D {
  return chosen ? tf.gather(maps, tf.tensor1d(chosen, 'int32'), 1) : maps
}
