import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import {
  distillationConfig,
  type DistillationConfig,
} from '../../src-shared/config/distillation.ts'
import { modelConfig, modelTypes, type ModelConfig } from '../../src-shared/config/model.ts'
import type { TrainerBatch } from '../../src-shared/protocol.ts'
import { temporaryFolder, tinyRunConfig, writeTinyTask } from '../support/tiny-task.ts'
import { checkpointsOf, deterministicPoints, runTrainer } from '../support/trainer-peer.ts'

const root = temporaryFolder()
const task = writeTinyTask(join(root, 'task'))
const everything = {
  virt: { heads: 'random 1' },
  logits: { temperature: 2 },
  marginMse: {},
  dide: {},
  hidden: {},
}

const configOf = (model: Partial<ModelConfig>, distillation: object, epochs = 1) =>
  tinyRunConfig(task, {
    model: modelConfig.parse({ type: 'bi_encoder', vocab: task.vocab, ...model }),
    training: { epochs },
    distillation: distillationConfig.parse(distillation),
    logging: { attention: { examples: 1 } },
  })

async function train(
  name: string,
  model: Partial<ModelConfig>,
  distillation: object = {},
  teacherDir?: string,
) {
  const runDir = join(root, name)
  const config = configOf(model, distillation)
  const { batches, last } = await runTrainer({ config, dataDir: root, runDir, teacherDir })
  expect(last).toMatchObject({ type: 'finished', outcome: 'completed' })
  return { batches, best: join(runDir, checkpointsOf(batches, 'best').at(-1)!.path) }
}

/** Values of a series by step. */
const series = (batches: TrainerBatch[], key: string) =>
  [...deterministicPoints(batches)].filter(([k]) => k.startsWith(`${key}@`)).map(([, v]) => v)

let teacher: string
beforeAll(async () => {
  teacher = (await train('teacher', { type: 'cross_encoder' })).best
})

describe('a student of each type', () => {
  it.each(modelTypes.filter((type) => type !== 'cross_encoder'))(
    '%s learns with every distillation at once; the total is their weighted sum',
    async (type) => {
      const { batches } = await train(type, { type }, everything, teacher)
      const weights: Record<string, number> = {
        ce: 1,
        virt: 0.4,
        logits: 0.4,
        margin_mse: 0.1,
        dide: 1,
        hidden: 1,
      }
      const parts = Object.keys(weights).map((name) => series(batches, `train/loss_${name}`))
      series(batches, 'train/loss').forEach((loss, step) => {
        const sum = Object.values(weights).reduce((total, w, i) => total + w * parts[i]![step]!, 0)
        expect(loss / sum).toBeCloseTo(1, 5)
      })
      // Joint layers of a deformer have maps as towers do; of a dipair's most tokens are gone.
      const own = batches.flatMap(({ attention }) =>
        attention.filter((m) => m.source === 'student'),
      )
      const layers = [...new Set(own.map(({ layer }) => layer))]
      expect(layers).toEqual(type === 'dipair' ? [1] : [1, 2])
    },
  )

  it('a cross_encoder learns answers and states, of a cross_encoder', async () => {
    const distillation = { logits: {}, marginMse: {}, hidden: { layers: 'last 1' } }
    const { batches } = await train('cross', { type: 'cross_encoder' }, distillation, teacher)
    expect(series(batches, 'train/loss_hidden')).toHaveLength(5)
  })

  it('any model teaches answers, and maps of a teacher with towers are kept too', async () => {
    const { best } = await train('tower-teacher', { type: 'colbert', tokenSize: 8 })
    const { batches } = await train('taught', { type: 'sbert' }, { logits: { loss: 'mse' } }, best)
    expect(series(batches, 'train/loss_logits')).toHaveLength(5)
    const teachers = batches.flatMap(({ attention }) => attention).map(({ source }) => source)
    expect(new Set(teachers)).toEqual(new Set(['teacher', 'student']))
  })

  it('tells what does not fit before the first step', async () => {
    const { best } = await train('small-teacher', { type: 'bi_encoder' })
    const { last } = await runTrainer({
      config: configOf({ type: 'virt_encoder' }, { virt: {} }),
      dataDir: root,
      runDir: join(root, 'refused'),
      teacherDir: best,
    })
    expect(last).toMatchObject({
      type: 'failed',
      userError: true,
      message: 'the teacher is a bi_encoder; VIRT needs the cross-attention of a cross_encoder',
      where: 'distillation.virt',
    })
  })
})

describe('resuming', () => {
  it.each([
    ['dipair with a fresh joint layer', { type: 'dipair', splitLayer: 2, keepX: 2, keepY: 3 }],
    ['poly_encoder with learnt codes', { type: 'poly_encoder', codes: 'learnt', codeCount: 3 }],
  ] as [string, Partial<ModelConfig>][])(
    'a %s goes on to the bit, its distillation too',
    async (name, model) => {
      const distillation: Partial<DistillationConfig> = distillationConfig.parse(everything)
      const config = configOf(model, distillation, 4)
      const whole = {
        config,
        dataDir: root,
        runDir: join(root, `${name} whole`),
        teacherDir: teacher,
      }
      const reference = await runTrainer(whole)
      const runDir = join(root, `${name} parts`)
      const first = await runTrainer({
        ...whole,
        runDir,
        onProgress: ({ step, phase }, trainer) => {
          if (phase === 'training' && step >= 1 && trainer.connected) trainer.send({ type: 'stop' })
        },
      })
      const checkpoint = checkpointsOf(first.batches, 'last').at(-1)!
      expect(checkpoint.step).toBeLessThan(20)
      const second = await runTrainer({
        ...whole,
        runDir,
        resumeDir: join(runDir, checkpoint.path),
        nextSeq: first.batches.length + 1,
      })
      const sha = (batches: TrainerBatch[]) => checkpointsOf(batches, 'last').at(-1)!.sha256
      expect(sha(second.batches)).toBe(sha(reference.batches))
    },
  )
})
