import * as tf from '@tensorflow/tfjs-core'
import {
  encoderSizes,
  largestSplit,
  towerLayers,
  type ModelConfig,
} from '../../../src-shared/config/model.ts'
import { UserError } from '../../../src-shared/errors.ts'
import { openWeights, readEncoderConfig } from '../weights/hugging-face.ts'
import { encoderShapes } from './encoder-parameters.ts'
import { headShapes } from './head-shapes.ts'
import { initialValues } from './initialise.ts'
import type { EncoderConfig, HeadShape, PairModel, Parameters } from './model.ts'
import { modelDefinitions } from './registry.ts'

export interface BuildOptions {
  config: ModelConfig
  labelCount: number
  /** Of the tokenizer. */
  vocabSize: number
  padTokenId: number
  /** Position embeddings of a model from scratch. */
  maxPositions: number
  seed: number
  /** Told of tensors in the pretrained folder that this model does not use. */
  onUnusedTensors?: (names: string[]) => void
}

/**
 * A model to train: from scratch by size, or on `config.pretrained`, whose encoder (and pooler, where
 * the model has one) is loaded and whose head is new.
 * @throws UserError when the pretrained folder does not fit
 */
export async function buildModel(options: BuildOptions): Promise<PairModel> {
  const { config, seed } = options
  const { pretrained } = config
  const encoder = pretrained ? await pretrainedEncoder(pretrained, options) : newEncoder(options)
  checkSplit(config, encoder)
  const shapes = parameterShapes(config, encoder, options.labelCount)
  const loaded = pretrained ? shapes.filter(({ name }) => name.startsWith('bert.')) : []
  const weights = pretrained ? await openWeights(pretrained, loaded) : undefined
  try {
    const parameters = await createParameters(shapes, async (shape) =>
      weights && loaded.includes(shape)
        ? weights.read(shape.name)
        : initialValues(shape, encoder, seed),
    )
    if (weights && weights.unused.length > 0) options.onUnusedTensors?.(weights.unused)
    return assembleModel(config, encoder, parameters)
  } finally {
    await weights?.close()
  }
}

/** Every parameter of a model: the encoder's, then the head's. */
export function parameterShapes(
  config: ModelConfig,
  encoder: EncoderConfig,
  labelCount: number,
): HeadShape[] {
  return [...encoderShapes(encoder), ...headShapes[config.type](encoder, labelCount, config)]
}

/** Variables for these shapes; none is left behind when a value cannot be had. */
export async function createParameters(
  shapes: HeadShape[],
  valuesOf: (shape: HeadShape) => Promise<Float32Array>,
): Promise<Parameters> {
  const parameters: Parameters = new Map()
  try {
    for (const shape of shapes) {
      const values = await valuesOf(shape)
      const variable = tf.tidy(() => tf.variable(tf.tensor(values, shape.shape, 'float32')))
      parameters.set(shape.name, variable)
    }
  } catch (error) {
    tf.dispose([...parameters.values()])
    throw error
  }
  return parameters
}

/** Binds parameters to the model type's forward pass. */
export function assembleModel(
  config: ModelConfig,
  encoder: EncoderConfig,
  parameters: Parameters,
): PairModel {
  const definition = modelDefinitions[config.type]
  return {
    type: config.type,
    encoder,
    towerLayers: towerLayers[config.type](encoder.numHiddenLayers, config),
    parameters,
    forward: (batch, context) => definition.forward(parameters, encoder, config, batch, context),
    ...(definition.apart && { apart: definition.apart(parameters, encoder, config) }),
    dispose: () => tf.dispose([...parameters.values()]),
  }
}

/** Where a model is split into towers and joint layers, both must have some. */
function checkSplit(config: ModelConfig, { numHiddenLayers }: EncoderConfig): void {
  const largest = largestSplit[config.type]?.(numHiddenLayers)
  if (largest === undefined) return
  const split = towerLayers[config.type](numHiddenLayers, config)
  if (split >= 1 && split <= largest) return
  throw new UserError(
    `a ${config.type} of ${numHiddenLayers} layers cannot have ${split} of them apart`,
    {
      where: 'model.splitLayer',
      fix:
        largest < 1
          ? 'choose an encoder with at least two layers'
          : `choose a layer from 1 to ${largest}`,
    },
  )
}

function newEncoder({ config, vocabSize, padTokenId, maxPositions }: BuildOptions): EncoderConfig {
  return {
    ...encoderSizes[config.size],
    vocabSize,
    padTokenId,
    maxPositionEmbeddings: maxPositions,
    typeVocabSize: 2,
    layerNormEps: 1e-12,
    hiddenAct: 'gelu',
    initializerRange: config.initializerRange,
  }
}

async function pretrainedEncoder(
  dir: string,
  { config, vocabSize }: BuildOptions,
): Promise<EncoderConfig> {
  const encoder = await readEncoderConfig(dir)
  if (
    towerLayers[config.type](encoder.numHiddenLayers, config) === 0 &&
    encoder.typeVocabSize < 2
  ) {
    throw new UserError(
      `${config.type} needs 2 segments, but config.json says type_vocab_size ${encoder.typeVocabSize}`,
      { where: dir, fix: 'start from another BERT, or train a model with towers' },
    )
  }
  if (vocabSize > encoder.vocabSize) {
    throw new UserError(
      `vocab.txt has ${vocabSize} tokens, but config.json says vocab_size ${encoder.vocabSize}`,
      { where: dir, fix: 'the vocabulary and the weights must come from the same BERT' },
    )
  }
  return encoder
}
