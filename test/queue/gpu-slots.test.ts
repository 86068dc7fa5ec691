import { describe, expect, test, vi } from 'vitest'
import type { BackendName } from '../../src-shared/config/run.ts'
import { createGpuSlots, visibleGpus, type Machine } from '../../src-main/queue/gpu-slots.ts'
import { createQueue } from '../../src-main/queue/queue.ts'
import { plannedRuns, provenance, testPeer } from '../support/plan.ts'
import { temporaryCore } from '../support/served.ts'

function machineWith(options: Partial<Omit<Machine, 'listGpus'>> & { gpus?: string[] }): Machine {
  const { gpus = [], hasGraphics = () => false, tensorflow = () => undefined } = options
  return { listGpus: () => Promise.resolve(gpus), hasGraphics, tensorflow }
}

async function slotsOn(options: Parameters<typeof machineWith>[0]) {
  const slots = createGpuSlots('backends', machineWith(options))
  await slots.look()
  return slots
}
const cuda = () => 'cuda' as const

describe('one run a GPU', () => {
  test('runs on the processor never wait', async () => {
    const slots = await slotsOn({ gpus: ['a'], tensorflow: () => 'cpu' })
    for (const backend of ['tensorflow', 'auto', 'wasm', 'cpu'] as const) {
      slots.take(backend)
      expect(slots.isFree(backend)).toBe(true)
    }
  })

  test('each run of CUDA sees one GPU alone; the next waits until one is given back', async () => {
    const slots = await slotsOn({ gpus: ['a', 'b'], tensorflow: cuda })
    const first = slots.take('tensorflow')
    const second = slots.take('auto')
    expect([first.env, second.env]).toEqual([
      { CUDA_VISIBLE_DEVICES: 'a' },
      { CUDA_VISIBLE_DEVICES: 'b' },
    ])
    expect(slots.isFree('tensorflow')).toBe(false)
    expect(slots.isFree('wasm')).toBe(true)
    first.release()
    expect(slots.take('tensorflow').env).toEqual({ CUDA_VISIBLE_DEVICES: 'a' })
  })

  test('the only GPU is left to be found as ever', async () => {
    const slots = await slotsOn({ gpus: ['a'], tensorflow: cuda })
    expect(slots.take('tensorflow').env).toEqual({})
    expect(slots.isFree('auto')).toBe(false)
  })

  test('TensorFlow with CUDA where there is no GPU computes on the processor', async () => {
    const slots = await slotsOn({ tensorflow: cuda })
    slots.take('tensorflow')
    expect(slots.isFree('tensorflow')).toBe(true)
  })

  test('WebGPU has one GPU, which CUDA does not get meanwhile', async () => {
    const slots = await slotsOn({ gpus: ['a'], tensorflow: cuda })
    const taken = slots.take('webgpu')
    expect([slots.isFree('webgpu'), slots.isFree('tensorflow')]).toEqual([false, false])
    taken.release()
    expect(slots.isFree('tensorflow')).toBe(true)
  })

  test('auto without TensorFlow may be WebGPU where there is a GPU of any maker', async () => {
    const slots = await slotsOn({ hasGraphics: () => true })
    slots.take('auto')
    expect(slots.isFree('auto')).toBe(false)
    const bare = await slotsOn({})
    bare.take('auto')
    expect(bare.isFree('auto')).toBe(true)
  })

  test.each([
    ['0,1', ['0', '1']],
    ['GPU-1f, GPU-2e', ['GPU-1f', 'GPU-2e']],
    ['0,-1,2', ['0']],
    ['', []],
    ['-1', []],
  ])('CUDA_VISIBLE_DEVICES=%s stands', (variable, gpus) => {
    expect(visibleGpus(variable)).toEqual(gpus)
  })
})

test('the queue keeps several trainers at work, one a GPU', async () => {
  vi.stubEnv('PEER_STEPS', '20')
  vi.stubEnv('PEER_STEP_MS', '5')
  vi.stubEnv('CUDA_VISIBLE_DEVICES', undefined)
  const core = temporaryCore()
  const machine = machineWith({ gpus: ['a', 'b'], tensorflow: cuda })
  const queue = createQueue(core.store, core.folder, {
    trainerEntry: testPeer,
    gpus: createGpuSlots('backends', machine),
  })
  const backends: BackendName[] = ['tensorflow', 'tensorflow', 'tensorflow', 'tensorflow', 'wasm']
  const runs = backends.map((backend, i) => {
    const [planned] = plannedRuns(i + 1)
    return { ...planned!, config: { ...planned!.config, backend } }
  })
  queue.addRecipe({ name: 'gpus', path: null, text: null, runs, provenance })
  queue.setParallel(4)
  let most = 0
  const order: number[] = []
  await queue.work({
    started: ({ seed }) => order.push(seed),
    progress() {
      const onGpu = queue.running().filter(({ runId }) => {
        return core.store.runs.get(runId).config?.backend === 'tensorflow'
      })
      most = Math.max(most, onGpu.length)
    },
  })
  expect(most).toBe(2)
  // The one on the processor does not wait behind those that do.
  expect(order.slice(0, 3)).toEqual([1, 2, 5])
  const stored = core.store.runs.list().toSorted((a, b) => a.seed - b.seed)
  expect(stored.map(({ status }) => status)).toEqual(Array(5).fill('completed'))
  const seen = stored.map(({ key }) =>
    core.store.details.logs(key, 10).flatMap(({ text }) => /GPU (\w+)/.exec(text)?.[1] ?? []),
  )
  expect(seen.slice(0, 4).flat().toSorted()).toEqual(['a', 'a', 'b', 'b'])
  expect(seen[4]).toEqual([])
  vi.unstubAllEnvs()
})
