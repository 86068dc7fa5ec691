import type { TrainingConfig } from '../../src-shared/config/training.ts'
import { UserError } from '../../src-shared/errors.ts'
import type { Prediction, ProgressMessage } from '../../src-shared/protocol.ts'
import { captureAttention } from './attention/capture.ts'
import type { TrainingProgress } from './checkpoint.ts'
import type { EncodedPair } from './data/batch.ts'
import { makeBatch } from './data/make-batch.ts'
import { evaluate, type Evaluation } from './evaluate.ts'
import { checkLosses } from './diverged.ts'
import type { Outbox } from './outbox.ts'
import type { PreparedRun, Split } from './prepare.ts'

/** Score that picks the best checkpoint: its key among an evaluation's scores, and its direction. */
const selection: Record<TrainingConfig['selectBy'], { key: string; better: 'higher' | 'lower' }> = {
  accuracy: { key: 'accuracy', better: 'higher' },
  macroF1: { key: 'macro_f1', better: 'higher' },
  f1: { key: 'f1', better: 'higher' },
  mcc: { key: 'mcc', better: 'higher' },
  pearson: { key: 'pearson', better: 'higher' },
  spearman: { key: 'spearman', better: 'higher' },
  mrr: { key: 'mrr', better: 'higher' },
  map: { key: 'map', better: 'higher' },
  ndcg: { key: 'ndcg', better: 'higher' },
  loss: { key: 'loss', better: 'lower' },
}

export interface DevEvaluator {
  /** Scores the dev pairs at the current step, logs them and says whether this is the best so far. */
  evaluate(): Promise<boolean>
  /** Maps of the chosen dev examples at the current step; at step 0 the frozen teacher's too. */
  captureAttention(): Promise<void>
  wantsAttention(isEvaluation: boolean): boolean
  shouldStopEarly(): boolean
  latest(): ProgressMessage['devMetric']
}

export function createDevEvaluator(
  run: PreparedRun,
  outbox: Outbox,
  progress: TrainingProgress,
  keepTurning: () => Promise<void>,
): DevEvaluator {
  const { training, logging } = run.config
  const { key, better } = selection[training.selectBy]
  const { everySteps, steps } = logging.attention
  const chosen = chosenPairs(run)
  let latest: number | undefined

  const capture = async () => {
    if (chosen.length === 0) return
    const request = {
      step: progress.step,
      layers: logging.attention.layers,
      pairs: chosen,
      batch: makeBatch(chosen, run.tokenizer.specials),
      tokenizer: run.tokenizer,
    }
    const source = run.model.type === 'cross_encoder' ? 'teacher' : 'student'
    outbox.attention(await captureAttention({ ...request, model: run.model, source }))
    if (progress.step === 0 && run.teacher) {
      outbox.attention(
        await captureAttention({ ...request, model: run.teacher, source: 'teacher' }),
      )
    }
  }

  return {
    async evaluate() {
      const evaluation = await evaluate({
        model: run.model,
        ...run.dev,
        task: run.task,
        specials: run.tokenizer.specials,
        batchSize: training.evalBatchSize,
        onBatch: keepTurning,
      })
      // Before its weights would replace those of the last good checkpoint.
      checkLosses({ 'dev/loss': evaluation.scores['loss']! }, run.model.parameters, progress.step)
      logScores('dev', evaluation, progress.step, outbox)
      const value = evaluation.scores[key]!
      latest = value
      const before = progress.best
      const isBest =
        before === null || (better === 'higher' ? value > before.value : value < before.value)
      if (isBest) {
        progress.best = { step: progress.step, value }
        progress.evaluationsWithoutBetter = 0
        // What is stored are the best checkpoint's answers, the ones that paired tests compare.
        outbox.predictions(predictionsOf('dev', run.dev, evaluation))
      } else {
        progress.evaluationsWithoutBetter++
      }
      return isBest
    },

    captureAttention: capture,

    wantsAttention(isEvaluation) {
      if (steps) return steps.includes(progress.step)
      return everySteps ? progress.step % everySteps === 0 : isEvaluation
    },

    shouldStopEarly: () =>
      training.earlyStopPatience !== undefined &&
      progress.evaluationsWithoutBetter >= training.earlyStopPatience,

    latest: () =>
      latest === undefined || progress.best === null
        ? null
        : { name: key, value: latest, best: progress.best.value },
  }
}

/** The dev pairs whose maps are kept. Throws UserError for an id that no dev pair has. */
function chosenPairs({ dev, config }: PreparedRun): EncodedPair[] {
  const { examples } = config.logging.attention
  if (typeof examples === 'number') return dev.pairs.slice(0, examples)
  const byId = new Map(dev.pairs.map((pair) => [pair.id, pair]))
  return examples.map((id) => {
    const pair = byId.get(id)
    if (pair) return pair
    throw new UserError(`no dev pair has the id "${id}"`, {
      where: 'logging.attention.examples',
      fix: `ids look like "${dev.pairs[0]!.id}"`,
    })
  })
}

export function logScores(
  split: 'dev' | 'test',
  evaluation: Evaluation,
  step: number,
  outbox: Outbox,
): void {
  for (const [name, value] of Object.entries(evaluation.scores)) {
    outbox.point(`${split}/${name}`, step, value)
  }
}

export function predictionsOf(
  split: 'dev' | 'test',
  { examples, pairs }: Split,
  { logits }: Evaluation,
): Prediction[] {
  return pairs.map((pair, i) => ({
    split,
    exampleId: pair.id,
    x: examples[i]!.x,
    y: examples[i]!.y,
    label: pair.label,
    query: examples[i]!.query,
    logits: logits[i]!,
  }))
}
