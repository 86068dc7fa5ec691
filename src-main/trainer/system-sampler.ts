import { spawn, type ChildProcess } from 'node:child_process'
import si from 'systeminformation'
import type { SystemSample } from '../../src-shared/protocol.ts'

type GpuReading = Pick<
  SystemSample,
  'gpuPercent' | 'gpuMemoryUsedBytes' | 'gpuTemperatureC' | 'gpuPowerW'
>

const noGpu: GpuReading = {
  gpuPercent: null,
  gpuMemoryUsedBytes: null,
  gpuTemperatureC: null,
  gpuPowerW: null,
}

/**
 * Samples this process, the machine and its first visible GPU at an interval. Training blocks the event
 * loop for a step at a time, so a sample may come late; its time is the one it was taken at.
 *
 * @returns a function that stops the sampling
 */
export function startSystemSampler(
  everySeconds: number,
  onSample: (sample: SystemSample) => void,
): () => void {
  const gpu = startGpuReader(everySeconds)
  let cpuBefore = process.cpuUsage()
  let timeBefore = performance.now()
  let busy = false

  const sample = async () => {
    if (busy) return
    busy = true
    try {
      const cpu = process.cpuUsage(cpuBefore)
      const elapsedMs = performance.now() - timeBefore
      cpuBefore = process.cpuUsage()
      timeBefore = performance.now()
      const [load, memory] = await Promise.all([si.currentLoad(), si.mem()])
      onSample({
        time: Date.now(),
        cpuPercent: (100 * (cpu.user + cpu.system)) / 1000 / elapsedMs,
        rssBytes: process.memoryUsage.rss(),
        machineCpuPercent: Number.isFinite(load.currentLoad) ? load.currentLoad : null,
        machineMemoryUsedBytes: memory.active,
        ...gpu.latest(),
      })
    } finally {
      busy = false
    }
  }
  const timer = setInterval(() => void sample(), everySeconds * 1000)
  timer.unref()
  return () => {
    clearInterval(timer)
    gpu.stop()
  }
}

/** One long-lived nvidia-smi that prints a line an interval; no nvidia-smi, no GPU readings. */
function startGpuReader(everySeconds: number): { latest(): GpuReading; stop(): void } {
  let latest = noGpu
  let child: ChildProcess | undefined
  try {
    const device = process.env['CUDA_VISIBLE_DEVICES']?.split(',')[0] || '0'
    child = spawn(
      'nvidia-smi',
      [
        `--id=${device}`,
        '--query-gpu=utilization.gpu,memory.used,temperature.gpu,power.draw',
        '--format=csv,noheader,nounits',
        `--loop=${Math.max(1, Math.round(everySeconds))}`,
      ],
      { stdio: ['ignore', 'pipe', 'ignore'] },
    )
    child.on('error', () => (child = undefined))
    child.unref()
    child.stdout?.on('data', (chunk: Buffer) => {
      const line = chunk.toString('utf8').trim().split('\n').at(-1) ?? ''
      latest = parseGpuLine(line)
    })
  } catch {
    child = undefined
  }
  return { latest: () => latest, stop: () => child?.kill() }
}

/** `97, 20312, 61, 289.31`: percent, MiB, °C, W; a field a card does not report reads `[N/A]`. */
export function parseGpuLine(line: string): GpuReading {
  const fields = line.split(',').map((field) => {
    const value = Number.parseFloat(field)
    return Number.isFinite(value) ? value : null
  })
  const [percent = null, mebibytes = null, celsius = null, watts = null] = fields
  return {
    gpuPercent: percent,
    gpuMemoryUsedBytes: mebibytes === null ? null : mebibytes * 1024 * 1024,
    gpuTemperatureC: celsius,
    gpuPowerW: watts,
  }
}
