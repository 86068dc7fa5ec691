import { expect, it } from 'vitest'
import { parseGpuLine, startSystemSampler } from '../../src-main/trainer/system-sampler.ts'
import { systemSample, type SystemSample } from '../../src-shared/protocol.ts'

it('reads nvidia-smi’s line: percent, MiB, °C, W', () => {
  expect(parseGpuLine('97, 20312, 61, 289.31')).toEqual({
    gpuPercent: 97,
    gpuMemoryUsedBytes: 20312 * 1024 * 1024,
    gpuTemperatureC: 61,
    gpuPowerW: 289.31,
  })
})

it('knows nothing of what a card does not report', () => {
  expect(parseGpuLine('12, 400, [N/A], [Not Supported]')).toMatchObject({
    gpuPercent: 12,
    gpuTemperatureC: null,
    gpuPowerW: null,
  })
})

it('samples this process and the machine, as the protocol wants it', async () => {
  const sample = await new Promise<SystemSample>((resolve) => {
    const stop = startSystemSampler(0.05, (taken) => {
      stop()
      resolve(taken)
    })
    // The sampler's own timer keeps no process alive.
    setTimeout(() => undefined, 5_000)
  })
  expect(systemSample.parse(sample)).toEqual(sample)
  expect(sample.rssBytes).toBeGreaterThan(10e6)
  expect(sample.machineMemoryUsedBytes).toBeGreaterThan(100e6)
})
