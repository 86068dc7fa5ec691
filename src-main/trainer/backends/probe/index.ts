import type { BackendName } from '../../../../src-shared/config/run.ts'
import { backendNames } from '../../../../src-shared/config/run.ts'
import type { BackendProbe } from '../backend.ts'
import { measurement, type Measurement } from './answers.ts'
import { askChild } from './ask-child.ts'
import { findAdapterInChild, softwareAdapter } from './find-webgpu-adapter.ts'

/** Activates a backend in a process of its own, checks a matrix product and times it. */
export function measureInChild(
  name: BackendName,
  backendsDir: string,
  { timeoutMs = 120_000 }: { timeoutMs?: number } = {},
): Promise<Measurement> {
  return askChild('measure-backend', [name, backendsDir], measurement, { timeoutMs })
}

/** Every backend, best first, one after another so that each is measured on an otherwise idle machine. */
export async function probeBackends(backendsDir: string): Promise<BackendProbe[]> {
  const probes: BackendProbe[] = []
  for (const name of backendNames) probes.push(await probeBackend(name, backendsDir))
  return probes
}

export async function probeBackend(name: BackendName, backendsDir: string): Promise<BackendProbe> {
  const result = name === 'webgpu' ? await measureWebgpu() : await measureInChild(name, backendsDir)
  return result.ok
    ? {
        name,
        usable: true,
        device: result.device,
        gflops: result.gflops,
        reason: undefined,
        fix: undefined,
        outdated: result.outdated,
      }
    : {
        name,
        usable: false,
        device: undefined,
        gflops: undefined,
        reason: result.reason,
        fix: result.fix ?? `report this, with the output of virtlab doctor --json`,
        outdated: false,
      }
}

/** What `auto` would not take is not usable here, and would take half a minute to measure. */
async function measureWebgpu(): Promise<Measurement> {
  const adapter = await findAdapterInChild()
  if (!adapter.ok) return adapter
  if (!adapter.software) return measureInChild('webgpu', '')
  const { message, fix } = softwareAdapter(adapter.device)
  return { ok: false, reason: message, ...(fix === undefined ? {} : { fix }) }
}
