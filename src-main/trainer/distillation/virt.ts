import * as tf from '@tensorflow/tfjs-core'
import type { Scalar, Tensor4D } from '@tensorflow/tfjs-core'
import { UserError } from '../../../src-shared/errors.ts'
import type { VirtConfig } from '../../../src-shared/config/training.ts'
import {
  blockMasks,
  directions,
  jointScores,
  mapsOf,
  virtualScores,
} from '../losses/virt/blocks.ts'
import { virtReductions } from '../losses/virt/reductions.ts'
import type { EncoderConfig } from '../models/model.ts'
import type { DistillationFactory } from './distillation.ts'

/**
 * VIRT, virtual interaction (EMNLP 2022, §3.2; virt.md): for each layer and head, the student's virtual
 * cross-attention between its towers learns the teacher's real one.
 *
 *   M  = softmax(S_teacher[block])       M̃ = softmax(Q̃ K̃ᵀ/√d_h)       L_virt = reduction(M̃, M)
 *
 * Nothing of it remains at inference: it only shapes the student's own query and key projections.
 */
export const virtDistillation: DistillationFactory = (config, student, teacher) => {
  const virt = config.virt
  if (!virt) return undefined
  const pairs = matchLayers(virt, student.encoder, teacher.encoder)
  const reduction = virtReductions[virt.reduction]
  return {
    name: 'virt',
    weight: virt.alpha,

    targets(output, batch) {
      const joint = output.joint
      if (!joint) throw new Error('the teacher was not traced')
      const masks = blockMasks(batch)
      return pairs.flatMap(({ teacherLayer }) => {
        const maps = mapsOf(jointScores(joint, teacherLayer, batch, masks))
        return directions.map((direction) => maps[direction]) // in the order that loss() reads
      })
    },

    loss(output, targets, batch) {
      const towers = output.towers
      if (!towers) throw new Error('the student was not traced')
      const masks = blockMasks(batch)
      const losses: Scalar[] = pairs.flatMap(({ studentLayer }, i) => {
        const scores = virtualScores(towers, studentLayer, masks)
        return directions.map((direction, d) =>
          reduction.blockLoss({
            studentScores: scores[direction],
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

/** Which teacher layer teaches which student layer, both from 1; heads are matched one to one. */
export function matchLayers(
  virt: VirtConfig,
  student: EncoderConfig,
  teacher: EncoderConfig,
): { studentLayer: number; teacherLayer: number }[] {
  const where = 'distillation.virt'
  if (student.numAttentionHeads !== teacher.numAttentionHeads) {
    throw new UserError(
      `VIRT matches heads one to one, but the student has ${student.numAttentionHeads} heads a layer and the teacher ${teacher.numAttentionHeads}`,
      { where, fix: 'start both from models with the same number of attention heads' },
    )
  }
  const depth = student.numHiddenLayers
  if (!virt.layerMap && depth !== teacher.numHiddenLayers) {
    throw new UserError(
      `the student has ${depth} layers and the teacher ${teacher.numHiddenLayers}`,
      {
        where: `${where}.layerMap`,
        fix: `name a teacher layer for each student layer, e.g. layerMap: [${uniformMap(depth, teacher.numHiddenLayers).join(', ')}]`,
      },
    )
  }
  const map = virt.layerMap ?? Array.from({ length: depth }, (_, i) => i + 1)
  if (map.length !== depth) {
    throw new UserError(`layerMap names ${map.length} teacher layers for ${depth} student layers`, {
      where: `${where}.layerMap`,
      fix: 'give one teacher layer for each student layer',
    })
  }
  const tooHigh = map.find((layer) => layer > teacher.numHiddenLayers)
  if (tooHigh !== undefined) {
    throw new UserError(`the teacher has ${teacher.numHiddenLayers} layers, not ${tooHigh}`, {
      where: `${where}.layerMap`,
      fix: `use layers from 1 to ${teacher.numHiddenLayers}`,
    })
  }
  const wanted = virt.layers === 'all' ? map.map((_, i) => i + 1) : [...new Set(virt.layers)]
  const missing = wanted.find((layer) => layer > depth)
  if (missing !== undefined) {
    throw new UserError(`the student has ${depth} layers, not ${missing}`, {
      where: `${where}.layers`,
      fix: `use layers from 1 to ${depth}`,
    })
  }
  return wanted.map((layer) => ({ studentLayer: layer, teacherLayer: map[layer - 1]! }))
}

/** Student layer i of n learns from teacher layer round(i·m/n). */
function uniformMap(student: number, teacher: number): number[] {
  return Array.from({ length: student }, (_, i) =>
    Math.max(1, Math.round(((i + 1) * teacher) / student)),
  )
}
