import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { encoderSizes, towerLayers } from '../../../src-shared/config/model.ts'
import type { RunConfig } from '../../../src-shared/config/run.ts'
import type { CallOutput, CallRequest } from '../../../src-shared/contract/index.ts'
import type { RunRecord } from '../../../src-shared/run-record.ts'
import type { Core } from '../../core.ts'
import { demoVocabulary } from '../../trainer/data/demo/generate.ts'
import { demoLabels } from '../../trainer/data/demo/pairs.ts'
import { encoderShapes } from '../../trainer/models/encoder-parameters.ts'
import { headShapes } from '../../trainer/models/head-shapes.ts'
import type { EncoderConfig } from '../../trainer/models/model.ts'
import { planTraining } from '../../trainer/training-plan.ts'

type Estimate = CallOutput<'estimate'>

/** What a process of Node with a backend takes before it holds a model; measured, 260 to 420 MB. */
const processBytes = 350e6
/** Of a model from scratch on data that is not there yet. */
const assumedVocabulary = 30_522
const assumedLabels = 2
const comparedRuns = 200

/**
 * Memory by arithmetic: weights, gradients and Adam's two moments are exact, activations are those that the
 * backward pass needs, of a batch of the longest pairs. Time is never made up: it is the speed of an earlier
 * run in this data folder, the same or scaled by the multiplications a step takes.
 */
export function createEstimator(core: Core) {
  const { store } = core
  return (
    { config, teacher, trainPairs }: CallRequest<'estimate'>,
    freeBytes: number,
  ): Estimate => {
    const runs = store.runs.list({ status: 'completed' }).slice(0, comparedRuns)
    const encoder = encoderOf(config)
    const parameters = countParameters(encoder, config)
    const pairs = trainPairs ?? pairsOf(runs, config)
    const steps =
      pairs === undefined || pairs === 0 ? null : planTraining(pairs, config.training).totalSteps
    const parts = [
      { name: 'weights', bytes: 4 * parameters },
      { name: 'gradients', bytes: 4 * parameters },
      { name: 'optimizer', bytes: 8 * parameters },
      { name: 'activations', bytes: activationBytes(encoder, config) },
      ...(teacher
        ? [{ name: 'teacher', bytes: 4 * countParameters(encoderOf(teacher), teacher) }]
        : []),
      { name: 'process', bytes: processBytes },
    ]
    return {
      parameters,
      steps,
      memory: {
        totalBytes: parts.reduce((sum, { bytes }) => sum + bytes, 0),
        parts,
        availableBytes: freeBytes,
      },
      time: timeOf(runs, config, encoder, steps),
    }
  }

  function timeOf(
    runs: RunRecord[],
    config: RunConfig,
    encoder: EncoderConfig,
    steps: number | null,
  ): Estimate['time'] {
    const wanted = workPerStep(encoder, config)
    const candidates = runs
      .filter(({ backend }) => config.backend === 'auto' || config.backend === backend)
      .flatMap((run) => {
        const { config: past } = run
        return past ? [{ run, ratio: wanted / workPerStep(encoderOf(past), past) }] : []
      })
      // The step most like this one's first; runs.list() is newest first.
      .sort((a, b) => Math.abs(Math.log(a.ratio)) - Math.abs(Math.log(b.ratio)))
    const nearest = firstMeasured(candidates)
    if (!nearest) return { seconds: null, secondsPerStep: null, basis: 'none', basisRun: null }
    const secondsPerStep = nearest.secondsPerStep * nearest.ratio
    const same = Math.abs(nearest.ratio - 1) < 1e-9
    return {
      seconds: steps === null ? null : steps * secondsPerStep,
      secondsPerStep,
      basis: same ? 'run' : 'scaled',
      basisRun: nearest.run.id,
    }
  }

  /** Speeds are read one by one: each takes all of a run's points. */
  function firstMeasured(candidates: { run: RunRecord; ratio: number }[]) {
    for (const { run, ratio } of candidates) {
      const speed = store.series.meanRate(run.key, 'train/steps_per_second')
      if (speed !== undefined && speed > 0) return { run, ratio, secondsPerStep: 1 / speed }
    }
    return undefined
  }
}

/** Of an earlier run on the same data. */
function pairsOf(runs: RunRecord[], { data }: RunConfig): number | undefined {
  const wanted = JSON.stringify([data.dataset, data.train, data.dev, data.split])
  const run = runs.find(({ config }) => {
    const other = config?.data
    return JSON.stringify([other?.dataset, other?.train, other?.dev, other?.split]) === wanted
  })
  const facts = run?.facts['data'] as { pairs?: { train?: unknown } } | undefined
  const pairs = facts?.pairs?.train
  return typeof pairs === 'number' ? pairs : undefined
}

/** From the BERT folder's config.json where there is one, else by size. */
function encoderOf({ model, data }: RunConfig): EncoderConfig {
  const base = {
    ...encoderSizes[model.size],
    vocabSize: assumedVocabulary,
    padTokenId: 0,
    maxPositionEmbeddings: 512,
    typeVocabSize: 2,
    layerNormEps: 1e-12,
    hiddenAct: 'gelu' as const,
    initializerRange: 0.02,
  }
  if (model.pretrained === undefined) {
    if (model.vocab !== undefined) return { ...base, vocabSize: linesOf(model.vocab) }
    return data.dataset === 'demo' ? { ...base, vocabSize: demoVocabulary().length } : base
  }
  const path = join(model.pretrained, 'config.json')
  if (!existsSync(path)) return base
  const told = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>
  const number = (key: string, otherwise: number) =>
    typeof told[key] === 'number' ? told[key] : otherwise
  return {
    ...base,
    vocabSize: number('vocab_size', base.vocabSize),
    hiddenSize: number('hidden_size', base.hiddenSize),
    numHiddenLayers: number('num_hidden_layers', base.numHiddenLayers),
    numAttentionHeads: number('num_attention_heads', base.numAttentionHeads),
    intermediateSize: number('intermediate_size', base.intermediateSize),
    maxPositionEmbeddings: number('max_position_embeddings', base.maxPositionEmbeddings),
  }
}

function linesOf(path: string): number {
  if (!existsSync(path)) return assumedVocabulary
  return readFileSync(path, 'utf8').trimEnd().split('\n').length
}

function countParameters(encoder: EncoderConfig, { model, data }: RunConfig): number {
  const shapes = [
    ...encoderShapes(encoder),
    ...headShapes[model.type](
      encoder,
      data.labels?.length ?? (data.dataset === 'demo' ? demoLabels.length : assumedLabels),
      model,
    ),
  ]
  return shapes.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0)
}

/** Sequences that one pair becomes in each layer, in tokens: two where X and Y are read apart, one where together. */
function sequencesOf(encoder: EncoderConfig, { model, data }: RunConfig): number[][] {
  const { xMaxLength: x, yMaxLength: y } = data
  const depth = encoder.numHiddenLayers
  const apart = towerLayers[model.type](depth, model)
  const joint = {
    cross_encoder: x + y - 1,
    dipair: Math.min(x, model.keepX) + Math.min(y, model.keepY),
  }
  const together = model.type in joint ? joint[model.type as keyof typeof joint] : x + y
  // A dipair whose layers are all towers has one joint layer more.
  const layers = model.type === 'dipair' ? Math.max(depth, apart + 1) : depth
  return Array.from({ length: layers }, (_, layer) => (layer < apart ? [x, y] : [together]))
}

/**
 * Kept for the backward pass, per token and layer: inputs of the six linear layers, two residual sums, GELU's
 * input and output, dropout masks (about 14·hidden + 3·intermediate); per head scores, probabilities
 * and their mask (3·length).
 */
function activationBytes(encoder: EncoderConfig, config: RunConfig): number {
  const { hiddenSize, intermediateSize, numAttentionHeads } = encoder
  const floats = sumOver(
    sequencesOf(encoder, config).flat(),
    (length) =>
      length * (14 * hiddenSize + 3 * intermediateSize) + 3 * numAttentionHeads * length * length,
  )
  return 4 * config.training.batchSize * floats
}

/** Multiplications of one optimizer step, forward and backward, up to a factor that cancels. */
function workPerStep(encoder: EncoderConfig, config: RunConfig): number {
  const { hiddenSize, intermediateSize, numHiddenLayers } = encoder
  const { batchSize, gradientAccumulation } = config.training
  const layerWork = (length: number) =>
    length * (4 * hiddenSize ** 2 + 2 * hiddenSize * intermediateSize) +
    2 * length ** 2 * hiddenSize
  const own = sumOver(sequencesOf(encoder, config).flat(), layerWork)
  // A teacher reads along: its forward pass is a third of a step of the joint sequence.
  const joint = config.data.xMaxLength + config.data.yMaxLength - 1
  const distils = Object.values(config.distillation).some((one) => one !== undefined)
  const teacher = distils ? (numHiddenLayers * layerWork(joint)) / 3 : 0
  return batchSize * gradientAccumulation * (own + teacher)
}

const sumOver = (lengths: number[], work: (length: number) => number) =>
  lengths.reduce((sum, length) => sum + work(length), 0)
