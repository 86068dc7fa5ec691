import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import type { StartMessage } from '../../src-shared/protocol.ts'
import { checkpointPath } from './checkpoint.ts'
import { logScores, predictionsOf } from './dev-evaluation.ts'
import { evaluate } from './evaluate.ts'
import { measureInferenceSpeed } from './inference-speed.ts'
import { trainLoop, type LoopControl } from './loop.ts'
import { loadModelFolder } from './models/checkpoint-folder.ts'
import type { Outbox } from './outbox.ts'
import { prepareRun } from './prepare.ts'
import { startSystemSampler } from './system-sampler.ts'

/**
 * One run from its start message to its last number: load, train, score the best checkpoint on test,
 * measure inference.
 */
export async function trainRun(
  start: StartMessage,
  outbox: Outbox,
  control: LoopControl,
): Promise<'completed' | 'stopped'> {
  const startedAt = performance.now()
  const stopSampling = startSystemSampler(start.config.logging.systemEverySeconds, (sample) =>
    outbox.system(sample),
  )
  try {
    const run = await prepareRun(start, outbox)
    const loadedAt = performance.now()
    const { outcome, progress } = await trainLoop(run, start, outbox, control)
    const trainedAt = performance.now()
    if (outcome === 'stopped') return outcome

    run.model.dispose()
    run.teacher?.dispose()
    const bestStep = progress.best!.step // the loop ends with an evaluation
    const best = await loadModelFolder(join(start.runDir, checkpointPath(bestStep)))
    const scoring = {
      model: best.model,
      specials: run.tokenizer.specials,
      batchSize: run.config.training.evalBatchSize,
    }
    if (run.test.pairs.length > 0) {
      const evaluation = await evaluate({ ...scoring, ...run.test, task: run.task })
      logScores('test', evaluation, progress.step, outbox)
      outbox.predictions(predictionsOf('test', run.test, evaluation))
    }
    const pairsPerSecond = await measureInferenceSpeed({
      ...scoring,
      pairs: run.dev.pairs,
      classes: run.labels.length,
    })
    outbox.point('inference/pairs_per_second', progress.step, pairsPerSecond)
    best.model.dispose()

    const seconds = (from: number, to: number) => (to - from) / 1000
    outbox.facts({
      best: { ...progress.best, selectBy: run.config.training.selectBy },
      seconds: {
        loading: seconds(startedAt, loadedAt),
        training: seconds(loadedAt, trainedAt),
        scoring: seconds(trainedAt, performance.now()),
      },
    })
    return outcome
  } finally {
    stopSampling()
    tf.disposeVariables()
  }
}
