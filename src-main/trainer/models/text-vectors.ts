import * as tf from '@tensorflow/tfjs-core'
import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs-core'
import type { TextVectors } from './model.ts'

/** Texts of several batches as one, padded to the most vectors of any; the caller disposes it and the batches. */
export function joinTexts(batches: readonly TextVectors[]): TextVectors {
  return tf.tidy(() => {
    const most = Math.max(...batches.map(({ mask }) => mask.shape[1]))
    const more = ({ mask }: TextVectors): [number, number] => [0, most - mask.shape[1]]
    return {
      vectors: tf.concat<Tensor3D>(
        batches.map((it) => tf.pad(it.vectors, [[0, 0], more(it), [0, 0]])),
        0,
      ),
      mask: tf.concat<Tensor2D>(
        batches.map((it) => tf.pad(it.mask, [[0, 0], more(it)])),
        0,
      ),
    }
  })
}

export function disposeTexts(texts: readonly TextVectors[]): void {
  for (const { vectors, mask } of texts) tf.dispose([vectors, mask])
}
