import { join } from 'node:path'
import { stringify } from 'yaml'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createApi } from '../../src-main/api/index.ts'
import { createCore } from '../../src-main/core.ts'
import { temporaryDataFolder, temporaryFolder } from '../support/temporary.ts'
import { writeTinyTask } from '../support/tiny-task.ts'

/** The real trainer, started through the API as the app does it. */
test('a teacher and its student are trained, watched live, and looked into', async () => {
  const core = createCore({ dataFolder: temporaryDataFolder() })
  onTestFinished(() => core.close())
  const api = createApi(core)
  onTestFinished(() => api.shutDown('kill'))
  const task = writeTinyTask(join(temporaryFolder(), 'task'))
  const yaml = stringify({
    name: 'tiny',
    defaults: {
      backend: 'wasm',
      model: { vocab: task.vocab },
      data: {
        train: { path: task.train },
        dev: { path: task.dev },
        xMaxLength: 16,
        yMaxLength: 16,
      },
      training: { batchSize: 8, maxSteps: 10, evalEvery: 5 },
      logging: { attention: { examples: 2 } },
    },
    runs: {
      teacher: { model: { type: 'cross_encoder' } },
      virt: { teacher: 'teacher', model: { type: 'virt_encoder' }, distillation: { virt: {} } },
    },
  })
  const seen = { points: 0, logs: 0, attention: new Set<number>(), checkpoints: 0, predictions: 0 }
  api.subscribe('run.points', ({ points }) => (seen.points += points.step.length))
  api.subscribe('run.logs', ({ lines }) => (seen.logs += lines.length))
  api.subscribe('run.attention', ({ steps }) => steps.forEach((step) => seen.attention.add(step)))
  api.subscribe('run.checkpoint', () => (seen.checkpoints += 1))
  api.subscribe('run.predictions', () => (seen.predictions += 1))

  const { runs } = await api.call('train.start', { yaml })
  const [, virt] = runs as [string, string]
  await vi.waitUntil(() => core.store.runs.get(virt).status === 'completed', {
    timeout: 110_000,
    interval: 50,
  })

  expect(seen.attention).toEqual(new Set([0, 5, 10]))
  expect(Math.min(seen.logs, seen.checkpoints, seen.predictions)).toBeGreaterThan(0)
  const stored = await api.call('series.names', { runs })
  expect(stored.names.find(({ key }) => key === 'train/loss_virt')).toEqual({
    key: 'train/loss_virt',
    runs: 1,
  })
  const count = core.store.db.prepare<[], number>('SELECT count(*) FROM points').pluck().get()
  expect(seen.points).toBe(count)

  const distances = await api.call('attention.distances', { id: virt })
  expect([...distances.steps]).toEqual([0, 5, 10])
  expect([...distances.values].every((value) => value > 0 && value < 1)).toBe(true)

  const looked = await api.call('attention.onDemand', {
    id: virt,
    x: 'the red box',
    y: 'a blue cup',
  })
  expect(looked.layers).toEqual([1, 2])
  expect(looked.labels).toEqual(['other', 'same'])
  expect(
    looked.maps.map(({ source, layer, direction }) => `${source} ${layer} ${direction}`),
  ).toHaveLength(8)
  for (const { data, heads, rowTokens, columnTokens } of looked.maps) {
    expect(data).toHaveLength(heads * rowTokens.length * columnTokens.length)
    const firstRow = data.subarray(0, columnTokens.length)
    expect(firstRow.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 2)
  }
  const { probabilities } = looked.teacher!
  expect(probabilities.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 6)

  const { config } = await api.call('runs.clone', { id: virt })
  const estimate = await api.call('estimate', { config })
  expect(estimate).toMatchObject({ steps: 10, time: { basis: 'run', basisRun: virt } })
  expect(estimate.parameters).toBe(core.store.runs.get(virt).facts['parameters'])
})
