import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { deserialize } from 'node:v8'
import { beforeAll, describe, expect, it } from 'vitest'
import { virtConfig } from '../../src-shared/config/distillation.ts'
import { trainerBatch, unsentFile, type TrainerBatch } from '../../src-shared/protocol.ts'
import { unpackMap } from '../../src-main/trainer/attention/pack-map.ts'
import { temporaryFolder, tinyRunConfig, writeTinyTask } from '../support/tiny-task.ts'
import { checkpointsOf, deterministicPoints, runTrainer } from '../support/trainer-peer.ts'

// 40 training pairs in batches of 8: 5 steps an epoch.
const setUp = () => {
  const root = temporaryFolder()
  return { task: writeTinyTask(join(root, 'task')), dataDir: root, runDir: join(root, 'run') }
}
const sha256 = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex')
const valuesOf = (batches: TrainerBatch[], key: string) =>
  [...deterministicPoints(batches)].filter(([k]) => k.startsWith(`${key}@`)).map(([, v]) => v)

describe('a trainer process', () => {
  it('trains, logs every step, keeps the best checkpoint and ends', async () => {
    const { task, dataDir, runDir } = setUp()
    const config = tinyRunConfig(task, { data: { test: { path: task.dev, format: 'auto' } } })
    const { batches, last, exitCode, stderr } = await runTrainer({ config, dataDir, runDir })
    expect(stderr).toBe('')
    expect(last).toMatchObject({ type: 'finished', outcome: 'completed' })
    expect(exitCode).toBe(0)

    expect(batches.map((batch) => batch.seq)).toEqual(batches.map((_, i) => i + 1))
    expect(valuesOf(batches, 'train/loss')).toHaveLength(10)
    for (const key of ['train/learning_rate', 'train/grad_norm', 'train/epoch']) {
      expect(valuesOf(batches, key), key).toHaveLength(10)
    }
    expect(valuesOf(batches, 'dev/accuracy')).toHaveLength(2) // once an epoch
    expect(valuesOf(batches, 'test/f1')).toHaveLength(1)

    const best = checkpointsOf(batches, 'best').at(-1)!
    expect(sha256(join(runDir, best.path, 'model.safetensors'))).toBe(best.sha256)
    const bestAccuracy = Math.max(...valuesOf(batches, 'dev/accuracy'))
    expect(best.metric).toBeCloseTo(bestAccuracy, 12)

    const predictions = batches.flatMap((batch) => batch.predictions)
    expect(predictions.filter((p) => p.split === 'test')).toHaveLength(12)
    const devAnswers = predictions.filter((p) => p.split === 'dev').slice(-12)
    const hits = devAnswers.filter((p) => p.logits.indexOf(Math.max(...p.logits)) === p.label)
    expect(hits.length / 12, 'stored dev answers are the best checkpoint’s').toBeCloseTo(
      bestAccuracy,
      12,
    )
  })

  it('keeps as many checkpoints to restart from as it is told, each with what was then the best', async () => {
    const { task, dataDir, runDir } = setUp()
    const config = tinyRunConfig(task, { training: { evalEvery: 2, keepCheckpoints: 3 } })
    const whole = await runTrainer({ config, dataDir, runDir })
    const onDisk = () =>
      readdirSync(join(runDir, 'checkpoints')).map((name) => ({
        step: Number(name.slice(5)),
        resumable: existsSync(join(runDir, 'checkpoints', name, 'optimizer.safetensors')),
      }))
    const resumable = () => onDisk().flatMap(({ step, resumable }) => (resumable ? [step] : []))
    expect(resumable()).toEqual([6, 8, 10])
    const bestOf = (batches: TrainerBatch[]) => checkpointsOf(batches, 'best').at(-1)!
    expect(onDisk().map(({ step }) => step)).toContain(bestOf(whole.batches).step)

    const resumeDir = join(runDir, 'checkpoints', 'step-0000006')
    const again = await runTrainer({ config, dataDir, runDir, resumeDir, nextSeq: 1000 })
    expect(again.last).toMatchObject({ outcome: 'completed' })
    expect(resumable()).toEqual([6, 8, 10])
    const lastOf = (batches: TrainerBatch[]) => checkpointsOf(batches, 'last').at(-1)!.sha256
    expect(lastOf(again.batches), 'the same steps end in the same weights').toBe(
      lastOf(whole.batches),
    )
  })

  it('distils a teacher with VIRT and keeps maps of both', async () => {
    const { task, dataDir, runDir } = setUp()
    const teacherRun = join(dataDir, 'teacher')
    const teacher = await runTrainer({
      config: tinyRunConfig(task, { model: { type: 'cross_encoder' } }),
      dataDir,
      runDir: teacherRun,
    })
    const config = tinyRunConfig(task, {
      model: { type: 'virt_encoder' },
      distillation: { virt: virtConfig.parse({}) },
      logging: { attention: { examples: 2 } },
    })
    const teacherDir = join(teacherRun, checkpointsOf(teacher.batches, 'best').at(-1)!.path)
    const { batches, last } = await runTrainer({ config, dataDir, runDir, teacherDir })
    expect(last).toMatchObject({ type: 'finished', outcome: 'completed' })

    const parts = ['loss', 'loss_ce', 'loss_virt'].map((name) => valuesOf(batches, `train/${name}`))
    parts[0]!.forEach((loss, i) => expect(loss).toBeCloseTo(parts[1]![i]! + 0.4 * parts[2]![i]!, 5))

    const maps = batches.flatMap((batch) => batch.attention)
    const count = (source: string, step: number) =>
      maps.filter((map) => map.source === source && map.step === step).length
    const everyMap = 2 * 2 * 2 // examples × layers × directions
    expect([count('teacher', 0), count('teacher', 5)]).toEqual([everyMap, 0])
    expect([count('student', 0), count('student', 5), count('student', 10)]).toEqual(
      Array(3).fill(everyMap),
    )
    const map = maps[0]!
    const values = unpackMap(map.data)
    expect(values).toHaveLength(map.heads * map.rowTokens.length * map.columnTokens.length)
    const firstRow = values.slice(0, map.columnTokens.length)
    expect(firstRow.reduce((sum, v) => sum + v, 0)).toBeCloseTo(1, 2)
  })

  it('keeps maps of the examples, layers and steps that were chosen', async () => {
    const { task, dataDir, runDir } = setUp()
    const config = tinyRunConfig(task, {
      logging: { attention: { examples: ['dev.jsonl:3'], layers: [2], steps: [2, 10] } },
    })
    const { batches } = await runTrainer({ config, dataDir, runDir })
    const kept = batches
      .flatMap((batch) => batch.attention)
      .map(({ exampleId, layer, step }) => `${exampleId} layer ${layer} step ${step}`)
    expect([...new Set(kept)]).toEqual([0, 2, 10].map((s) => `dev.jsonl:3 layer 2 step ${s}`))
  })

  it('tells the user what to mend and exits with 1', async () => {
    const { task, dataDir, runDir } = setUp()
    const config = tinyRunConfig(task, { model: { vocab: join(dataDir, 'nothing.txt') } })
    const { last, exitCode } = await runTrainer({ config, dataDir, runDir })
    expect(last).toMatchObject({
      type: 'failed',
      userError: true,
      message: 'the vocabulary file does not exist',
      fix: 'correct model.vocab',
    })
    expect(exitCode).toBe(1)
  })

  it('stops early after so many evaluations without a better one', async () => {
    const { task, dataDir, runDir } = setUp()
    const config = tinyRunConfig(task, {
      training: { learningRate: 1e-12, epochs: 50, evalEvery: 2, earlyStopPatience: 2 },
    })
    const { batches, last } = await runTrainer({ config, dataDir, runDir })
    expect(last).toMatchObject({ type: 'finished', outcome: 'completed' })
    expect(valuesOf(batches, 'dev/accuracy'), 'the best and two that are not better').toHaveLength(
      3,
    )
    expect(valuesOf(batches, 'train/loss'), 'steps until the third evaluation').toHaveLength(6)
    expect(checkpointsOf(batches, 'best').map((c) => c.step)).toEqual([2])
  })

  it('stops a run that diverges, by name and step, and keeps what was good', async () => {
    const { task, dataDir, runDir } = setUp()
    // The rate is 0 at the first step and enormous from the second on.
    const config = tinyRunConfig(task, {
      training: { learningRate: 1e30, clipNorm: 0, warmupRatio: 1, epochs: 4, evalEvery: 1 },
    })
    const { last, batches } = await runTrainer({ config, dataDir, runDir })
    expect(last).toMatchObject({ type: 'failed', userError: true })
    expect(last).toHaveProperty('message', expect.stringMatching(/ became (NaN|-?Infinity)$/))
    expect(last).toHaveProperty('where', expect.stringMatching(/^step [23]$/))

    const kept = checkpointsOf(batches, 'last').at(-1)!
    expect(kept.step).toBe(1)
    expect(sha256(join(runDir, kept.path, 'model.safetensors'))).toBe(kept.sha256)
  })
})

describe('the same seed', () => {
  let reference: {
    batches: TrainerBatch[]
    weights: string
    task: ReturnType<typeof writeTinyTask>
  }
  const overrides = { training: { epochs: 3, gradientAccumulation: 2 }, logging: { everySteps: 4 } }

  beforeAll(async () => {
    const { task, dataDir, runDir } = setUp()
    const { batches } = await runTrainer({
      config: tinyRunConfig(task, overrides),
      dataDir,
      runDir,
    })
    reference = {
      batches,
      task,
      weights: sha256(
        join(runDir, checkpointsOf(batches, 'last').at(-1)!.path, 'model.safetensors'),
      ),
    }
    return undefined
  })

  it('gives the same numbers to the bit', async () => {
    const { task, dataDir, runDir } = setUp()
    const { batches } = await runTrainer({
      config: tinyRunConfig(task, overrides),
      dataDir,
      runDir,
    })
    expect(checkpointsOf(batches, 'last').at(-1)!.sha256).toBe(reference.weights)
    expect(deterministicPoints(batches)).toEqual(deterministicPoints(reference.batches))
  })

  it('gives the same numbers to the bit when stopped in between and resumed', async () => {
    const { task, dataDir, runDir } = setUp()
    const config = tinyRunConfig(task, overrides)
    const first = await runTrainer({
      config,
      dataDir,
      runDir,
      onProgress: ({ step, phase }, trainer) => {
        if (phase === 'training' && step >= 1 && trainer.connected) trainer.send({ type: 'stop' })
      },
    })
    expect(first.last).toMatchObject({ type: 'finished', outcome: 'stopped' })
    const checkpoint = checkpointsOf(first.batches, 'last').at(-1)!
    expect(checkpoint.step, 'stopped before the end').toBeLessThan(9)

    const second = await runTrainer({
      config,
      dataDir,
      runDir,
      resumeDir: join(runDir, checkpoint.path),
      nextSeq: first.batches.length + 1,
    })
    expect(second.last).toMatchObject({ type: 'finished', outcome: 'completed' })
    expect(checkpointsOf(second.batches, 'last').at(-1)!.sha256).toBe(reference.weights)
    const joined = deterministicPoints([...first.batches, ...second.batches])
    expect(new Map([...joined].sort())).toEqual(
      new Map([...deterministicPoints(reference.batches)].sort()),
    )
  })
})

describe('when the core goes away', () => {
  it('writes a checkpoint, leaves what was not acknowledged, and exits', async () => {
    const { task, dataDir, runDir } = setUp()
    const config = tinyRunConfig(task, { training: { epochs: 200 } })
    const { exitCode, batches, stderr } = await runTrainer({
      config,
      dataDir,
      runDir,
      onProgress: ({ step }, trainer) => {
        if (step >= 3 && trainer.connected) trainer.disconnect()
      },
    })
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' })
    const unsent = deserialize(readFileSync(join(runDir, unsentFile))) as unknown[]
    const kept = unsent.map((batch) => trainerBatch.parse(batch))
    expect(kept[0]!.seq).toBeLessThanOrEqual(batches.length + 1)
    const checkpoint = checkpointsOf(kept, 'last').at(-1)!
    expect(existsSync(join(runDir, checkpoint.path, 'optimizer.safetensors'))).toBe(true)
    const steps = valuesOf([...batches, ...kept], 'train/loss')
    expect(steps, 'no step is missing between the two').toHaveLength(checkpoint.step)
    expect(readdirSync(join(runDir, 'checkpoints')).some((f) => f.endsWith('.unfinished'))).toBe(
      false,
    )
  })
})
