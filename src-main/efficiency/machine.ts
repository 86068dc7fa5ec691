import { cpus, loadavg, totalmem } from 'node:os'
import { promisify } from 'node:util'
import { execFile } from 'node:child_process'
import type { CostMeasurement } from '../../src-shared/efficiency.ts'

type Machine = CostMeasurement['machine']

/** What a measurement notes of the machine, before and after. */
export async function watchMachine(): Promise<() => Machine> {
  const gpu = await gpuName()
  const before = { load: load(), clock: clock() }
  return () => ({
    cpu: cpus()[0]?.model.trim() ?? 'unknown processor',
    cores: cpus().length,
    memoryBytes: totalmem(),
    gpu,
    platform: `${process.platform} ${process.arch}`,
    node: process.versions.node,
    loadBefore: before.load,
    loadAfter: load(),
    clockBefore: before.clock,
    clockAfter: clock(),
  })
}

/** Windows has none and says 0. */
const load = () => (process.platform === 'win32' ? null : (loadavg()[0] ?? null))

function clock(): number | null {
  const speeds = cpus().map(({ speed }) => speed)
  const mean = speeds.reduce((sum, speed) => sum + speed, 0) / speeds.length
  return mean > 0 ? mean : null
}

async function gpuName(): Promise<string | null> {
  try {
    const query = ['--query-gpu=name', '--format=csv,noheader']
    const { stdout } = await promisify(execFile)('nvidia-smi', query, { timeout: 15_000 })
    return stdout.trim().split('\n')[0] || null
  } catch {
    return null
  }
}
