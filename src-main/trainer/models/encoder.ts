import * as tf from '@tensorflow/tfjs-core'
import type { Tensor, Tensor2D, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core'
import type { TokenBlock } from '../data/batch.ts'
import { activations } from '../ops/activation.ts'
import { embedding } from '../ops/embedding.ts'
import { layerNorm } from '../ops/layer-norm.ts'
import { linear } from '../ops/linear.ts'
import { additiveMask, maskedSoftmax } from '../ops/masked-softmax.ts'
import { layerNames } from './encoder-parameters.ts'
import type { EncoderConfig, EncoderTrace, ForwardContext } from './model.ts'

/** One run of BERT: whose weights, and how. */
export interface EncoderPass {
  parameters: ReadonlyMap<string, Tensor>
  encoder: EncoderConfig
  /** Of hidden states and attention probabilities alike, as in BERT. */
  dropoutRate: number
  context: ForwardContext
}

/** BERT's last hidden states for one block. */
export interface EncodedBlock {
  hidden: Tensor3D // [batch, length, hidden]
  mask: Tensor2D // [batch, length], 1 = token, 0 = padding
  trace: EncoderTrace | undefined
}

/** A block inside the encoder. */
interface Block {
  batch: number
  length: number
  keyMask: Tensor4D // [batch, 1, 1, length], additive
}

/**
 * BERT (Devlin et al. 2019; post-LayerNorm, learned positions) over one or more blocks with the same
 * weights. Several blocks, such as the two towers of a Siamese model, run as one: all but the
 * attention works on the rows of every block together, attention on each block by itself. So no
 * block is padded to another's length, and every weight gets its gradient in one piece.
 */
export function encode(
  pass: EncoderPass,
  blocks: TokenBlock[],
  layers = layerNames(pass.encoder),
): EncodedBlock[] {
  const masks = blocks.map(({ attentionMask, batch, length }) =>
    tf.tensor2d(attentionMask, [batch, length]),
  )
  return encodeEmbedded(pass, embed(pass, blocks), masks, layers)
}

/** Word + position + segment, normalised → [rows, hidden] for the rows of all blocks in order. */
export function embed(pass: EncoderPass, blocks: TokenBlock[]): Tensor2D {
  return tf.tidy(() => {
    const table = (name: string) => parameter(pass, `bert.embeddings.${name}_embeddings.weight`)
    const ids = (of: (block: TokenBlock) => Int32Array) =>
      tf.tensor1d(Int32Array.from(blocks.flatMap((block) => [...of(block)])), 'int32')
    const words = embedding(
      table('word'),
      ids((block) => block.inputIds),
    )
    const positions = embedding(table('position'), ids(positionIds))
    const segments = embedding(
      table('token_type'),
      ids((block) => block.tokenTypeIds),
    )
    const sum = tf.add<Tensor2D>(tf.add(words, segments), positions)
    return dropout(pass, normalise(pass, 'bert.embeddings.LayerNorm', sum))
  })
}

/**
 * Layers (all of the encoder's, lowest first, or those named) over embedding outputs [rows, hidden].
 * @param masks of each block, [batch, length], 1 = token, 0 = padding
 */
export function encodeEmbedded(
  pass: EncoderPass,
  embedded: Tensor2D,
  masks: Tensor2D[],
  layers = layerNames(pass.encoder),
): EncodedBlock[] {
  const blocks = masks.map((mask) => {
    const [batch, length] = mask.shape
    const keyMask = tf.reshape<tf.Rank.R4>(additiveMask(mask), [batch, 1, 1, length])
    return { batch, length, keyMask }
  })
  const traces: EncoderTrace[] = blocks.map(() => ({ queries: [], keys: [], hiddenStates: [] }))

  let rows = embedded
  for (const layer of layers) {
    // The tidy drops what neither the next layer nor the gradient needs.
    const [output, queries, keys] = tf.tidy(() => encoderLayer(pass, layer, rows, blocks))
    rows = output
    if (!pass.context.trace) continue
    unflatten(rows, blocks).forEach((hidden, i) => {
      traces[i]?.queries.push(queries[i]!)
      traces[i]?.keys.push(keys[i]!)
      traces[i]?.hiddenStates.push(hidden)
    })
  }

  return unflatten(rows, blocks).map((hidden, i) => ({
    hidden,
    mask: masks[i]!,
    trace: pass.context.trace ? traces[i] : undefined,
  }))
}

/** → the layer's output [rows, hidden]; when traced, also each block's queries and keys. */
function encoderLayer(
  pass: EncoderPass,
  name: string,
  rows: Tensor2D,
  blocks: Block[],
): [Tensor2D, Tensor4D[], Tensor4D[]] {
  const { context, queries, keys } = selfAttention(pass, `${name}.attention.self`, rows, blocks)
  const attended = dropout(pass, project(pass, `${name}.attention.output.dense`, context))
  const attention = normalise(
    pass,
    `${name}.attention.output.LayerNorm`,
    tf.add<Tensor2D>(attended, rows),
  )

  const activation = activations[pass.encoder.hiddenAct]
  const inner = activation(project(pass, `${name}.intermediate.dense`, attention)) // [rows, intermediate]
  const outer = dropout(pass, project(pass, `${name}.output.dense`, inner))
  const output = normalise(pass, `${name}.output.LayerNorm`, tf.add<Tensor2D>(outer, attention))
  return pass.context.trace ? [output, queries, keys] : [output, [], []]
}

/** Scaled dot-product attention of every block over its own tokens → context [rows, hidden]. */
function selfAttention(pass: EncoderPass, name: string, rows: Tensor2D, blocks: Block[]) {
  const { hiddenSize, numAttentionHeads } = pass.encoder
  const headSize = hiddenSize / numAttentionHeads
  const heads = (of: 'query' | 'key' | 'value') =>
    unflatten(project(pass, `${name}.${of}`, rows), blocks).map((x) =>
      splitHeads(x, numAttentionHeads),
    )
  const queries = heads('query') // blocks × [batch, heads, length, headSize]
  const keys = heads('key')
  const values = heads('value')

  const contexts = blocks.map(({ batch, length, keyMask }, i) => {
    const scores = tf.matMul(queries[i]!, keys[i]!, false, true) // [batch, heads, length, length]
    const probabilities = maskedSoftmax(scores, keyMask, 1 / Math.sqrt(headSize))
    const context = tf.matMul(dropout(pass, probabilities), values[i]!) // [batch, heads, length, headSize]
    return tf.reshape<tf.Rank.R2>(tf.transpose(context, [0, 2, 1, 3]), [batch * length, hiddenSize])
  })
  const context = contexts.length === 1 ? contexts[0]! : tf.concat(contexts, 0)
  return { context, queries, keys }
}

/** [rows, width] → a [batch, length, width] for every block. */
function unflatten(rows: Tensor2D, blocks: Block[]): Tensor3D[] {
  const sizes = blocks.map(({ batch, length }) => batch * length)
  const pieces = sizes.length === 1 ? [rows] : tf.split(rows, sizes, 0)
  return blocks.map(({ batch, length }, i) =>
    tf.reshape(pieces[i]!, [batch, length, rows.shape[1]]),
  )
}

/** [batch, length, hidden] → [batch, heads, length, headSize]. */
function splitHeads(x: Tensor3D, heads: number): Tensor4D {
  const [batch, length, hidden] = x.shape
  const perHead = tf.reshape<tf.Rank.R4>(x, [batch, length, heads, hidden / heads])
  return tf.transpose(perHead, [0, 2, 1, 3])
}

function positionIds({ batch, length }: TokenBlock): Int32Array {
  return Int32Array.from({ length: batch * length }, (_, i) => i % length)
}

/** The dense layer of that name over rows [rows, in] → [rows, out]. */
export function project(pass: EncoderPass, name: string, rows: Tensor2D): Tensor2D {
  return linear(rows, parameter(pass, `${name}.weight`), parameter(pass, `${name}.bias`))
}

export function dropout<T extends Tensor>(pass: EncoderPass, x: T): T {
  return pass.context.dropout.apply(x, pass.dropoutRate)
}

function normalise(pass: EncoderPass, name: string, rows: Tensor2D): Tensor2D {
  const gamma = parameter(pass, `${name}.weight`)
  const beta = parameter(pass, `${name}.bias`)
  return layerNorm(rows, gamma, beta, pass.encoder.layerNormEps)
}

/** A parameter of the model, by name. */
export function parameter({ parameters }: EncoderPass, name: string): Tensor {
  const variable = parameters.get(name)
  if (!variable) throw new Error(`the model has no parameter ${name}`)
  return variable
}
