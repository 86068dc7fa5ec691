import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ProgressMessage, StartMessage } from '../../src-shared/protocol.ts'
import { createCheckpointKeeper } from './checkpoint-keeper.ts'
import { readTrainingState, type TrainingProgress } from './checkpoint.ts'
import { epochBatches } from './data/batches.ts'
import { makeBatch } from './data/make-batch.ts'
import { createDevEvaluator } from './dev-evaluation.ts'
import { checkLosses } from './diverged.ts'
import { createDropout } from './models/dropout.ts'
import { createOptimizer } from './optimizer.ts'
import type { Outbox } from './outbox.ts'
import type { PreparedRun } from './prepare.ts'
import { learningRateAt } from './schedule.ts'
import { addTo, logStep } from './step-log.ts'
import { planTraining } from './training-plan.ts'
import { trainOnMicroBatch } from './training-step.ts'

export type ProgressReport = Omit<ProgressMessage, 'type' | 'runId'>

export interface LoopControl {
  /** Becomes true when the core, or the user, wants the run to stop. */
  stopRequested(): boolean
  progress(report: ProgressReport): void
}

/**
 * Trains from the start or from a checkpoint until the last step, an early stop or a stop request, and
 * leaves a `last` and a `best` checkpoint. The same seed, machine and backend give the same numbers to
 * the bit, interrupted or not.
 */
export async function trainLoop(
  run: PreparedRun,
  start: StartMessage,
  outbox: Outbox,
  control: LoopControl,
): Promise<{ outcome: 'completed' | 'stopped'; progress: TrainingProgress }> {
  const { training, logging } = run.config
  const { kernels } = run.backend
  const { model, teacher, distillations, tokenizer } = run
  const read = model.apart ? 'apart' : 'jointly'
  const plan = planTraining(run.train.pairs.length, training)
  const optimizer = createOptimizer(model.parameters, training, kernels)
  const dropout = createDropout({ kernels, seed: training.seed })
  const progress = start.resumeDir
    ? await readTrainingState(start.resumeDir, optimizer)
    : initialProgress()
  const keeper = createCheckpointKeeper(start, run, optimizer, outbox, progress)
  const keepTurning = async () => {
    await nextTurn() // messages come in and go out
    await outbox.ready()
  }
  const dev = createDevEvaluator(run, outbox, progress, keepTurning)
  const report = createReporter()

  outbox.facts({ plan })
  outbox.log(
    'info',
    `${start.resumeDir ? `going on after step ${progress.step} of` : 'training for'} ${plan.totalSteps} steps, ${plan.stepsPerEpoch} an epoch`,
  )
  if (progress.step === 0) await dev.captureAttention()

  let order: { epoch: number; batches: number[][] } | undefined
  const isDone = () => progress.step >= plan.totalSteps || dev.shouldStopEarly()
  while (!isDone() && !control.stopRequested()) {
    const stepStart = performance.now()
    const { epoch } = progress
    if (order?.epoch !== epoch) {
      order = { epoch, batches: epochBatches(run.train.pairs, { ...training, epoch, read }) }
    }
    const from = progress.microBatchInEpoch
    const group = order.batches.slice(from, from + training.gradientAccumulation)

    const losses: Record<string, number> = {}
    for (const indices of group) {
      const pairs = indices.map((i) => run.train.pairs[i]!)
      const batch = makeBatch(pairs, tokenizer.specials)
      dropout.beginStep(progress.microStep++, true)
      const result = await trainOnMicroBatch(model, teacher, distillations, batch, dropout)
      optimizer.accumulate(result.gradients)
      addTo(losses, result.losses, 1 / group.length)
    }
    checkLosses(losses, model.parameters, progress.step + 1)
    const learningRate = learningRateAt(progress.step, plan.totalSteps, training)
    const gradNorm = await optimizer.step(learningRate)
    progress.step++
    progress.microBatchInEpoch += group.length
    if (progress.microBatchInEpoch >= order.batches.length) {
      progress.epoch++
      progress.microBatchInEpoch = 0
    }

    const durationMs = performance.now() - stepStart
    const pairs = group.reduce((sum, indices) => sum + indices.length, 0)
    const epochs = progress.microStep / plan.microBatchesPerEpoch
    const record = { losses, learningRate, gradNorm, pairs, durationMs, epoch: epochs }
    logStep(record, progress, logging, progress.step === plan.totalSteps, outbox)
    report('training', losses['loss'], durationMs)

    const isEvaluation = progress.step % plan.evalEvery === 0 || progress.step === plan.totalSteps
    if (dev.wantsAttention(isEvaluation)) await dev.captureAttention()
    if (isEvaluation) {
      report('evaluating')
      const isBest = await dev.evaluate()
      report('saving')
      await keeper.save(isBest)
    }
    await keepTurning()
  }

  const outcome = isDone() ? 'completed' : 'stopped'
  if (outcome === 'stopped') {
    report('saving')
    await keeper.save(false)
  }
  optimizer.dispose()
  return { outcome, progress }

  /** Keeps what the live line shows between steps. */
  function createReporter() {
    const stepsBefore = progress.step
    const startedAt = performance.now()
    let loss: number | null = null
    let trainingMs = 0
    return (phase: ProgressReport['phase'], newLoss?: number, stepMs = 0) => {
      loss = newLoss ?? loss
      trainingMs += stepMs
      const steps = progress.step - stepsBefore
      // Evaluations and saving count towards what is left, not towards the training speed.
      const secondsAStep = (performance.now() - startedAt) / 1000 / Math.max(1, steps)
      control.progress({
        phase,
        step: progress.step,
        totalSteps: plan.totalSteps,
        epoch: progress.microStep / plan.microBatchesPerEpoch,
        loss,
        devMetric: dev.latest(),
        stepsPerSecond: steps > 0 ? (1000 * steps) / trainingMs : null,
        etaSeconds: steps > 0 ? secondsAStep * (plan.totalSteps - progress.step) : null,
      })
    }
  }
}

function initialProgress(): TrainingProgress {
  return {
    step: 0,
    microStep: 0,
    epoch: 0,
    microBatchInEpoch: 0,
    best: null,
    evaluationsWithoutBetter: 0,
    window: {},
    windowSteps: 0,
  }
}
