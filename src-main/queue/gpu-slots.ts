import { execFile } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { promisify } from 'node:util'
import { UserError } from '../../src-shared/errors.ts'
import type { BackendChoice } from '../../src-shared/config/run.ts'
import { findInstallation } from '../trainer/backends/tensorflow/installation.ts'

/** A GPU for one run, or none where it computes on the processor. */
export interface TakenGpu {
  /** Variables with which the run's process sees this GPU alone. */
  env: Readonly<Record<string, string>>
  release(): void
}

/** The GPUs that this queue's trainers share: one run on each, since two would take each other's memory and time. */
export interface GpuSlots {
  /** Finds out which GPUs there are; once. Before, there is none but WebGPU's. */
  look(): Promise<void>
  /** Whether a run with this backend could begin now. One that needs no GPU always can. */
  isFree(backend: BackendChoice): boolean
  /** For a run that `isFree` has answered yes for. */
  take(backend: BackendChoice): TakenGpu
}

/** What a run computes with: CUDA on any of the listed GPUs, or WebGPU, which chooses one by itself. */
type Use = 'cuda' | 'webgpu' | undefined

/** WebGPU's adapter where nvidia-smi lists none. */
const anyGpu = 'gpu'

/**
 * @param backendsDir where TensorFlow is installed: with CUDA, or for the processor alone
 * @param machine for tests: what this machine has
 */
export function createGpuSlots(backendsDir: string, machine: Machine = thisMachine): GpuSlots {
  const taken = new Set<string>()
  let listed: readonly string[] = []
  let looking: Promise<void> | undefined

  const useOf = (backend: BackendChoice): Use => {
    if (backend === 'wasm' || backend === 'cpu') return undefined
    if (backend === 'webgpu') return 'webgpu'
    const tensorflow = machine.tensorflow(backendsDir)
    if (tensorflow === 'cuda' && listed.length > 0) return 'cuda'
    // Without TensorFlow `auto` takes WebGPU, if there is a real GPU, else the processor.
    const isWebGpu = backend === 'auto' && tensorflow === undefined
    return isWebGpu && (listed.length > 0 || machine.hasGraphics()) ? 'webgpu' : undefined
  }
  const freeFor = (use: Use): string | undefined => {
    const those = use === 'cuda' ? listed : [listed[0] ?? anyGpu]
    return those.find((gpu) => !taken.has(gpu))
  }

  return {
    look() {
      looking ??= machine.listGpus().then((gpus) => {
        listed = gpus
      })
      return looking
    },
    isFree(backend) {
      const use = useOf(backend)
      return use === undefined || freeFor(use) !== undefined
    },
    take(backend) {
      const use = useOf(backend)
      const gpu = use && freeFor(use)
      if (gpu === undefined) return { env: {}, release: () => undefined }
      taken.add(gpu)
      // With one GPU there is nothing to choose, and the user's own variables stand.
      const env: TakenGpu['env'] =
        use === 'cuda' && listed.length > 1 ? { CUDA_VISIBLE_DEVICES: gpu } : {}
      return { env, release: () => void taken.delete(gpu) }
    },
  }
}

export interface Machine {
  /** What CUDA calls them; none without NVIDIA's driver. */
  listGpus(): Promise<string[]>
  /** A GPU of any maker that WebGPU may find. */
  hasGraphics(): boolean
  /** What the installed TensorFlow computes on; undefined: none is installed. */
  tensorflow(backendsDir: string): 'cuda' | 'cpu' | undefined
}

const thisMachine: Machine = {
  async listGpus() {
    const visible = process.env['CUDA_VISIBLE_DEVICES']
    if (visible !== undefined) return visibleGpus(visible)
    try {
      const query = ['--query-gpu=uuid', '--format=csv,noheader']
      const { stdout } = await promisify(execFile)('nvidia-smi', query, { timeout: 15_000 })
      return stdout.split('\n').flatMap((line) => line.trim() || [])
    } catch {
      return []
    }
  },
  hasGraphics() {
    if (process.platform !== 'linux') return true
    const nodes = '/dev/dri'
    return existsSync(nodes) && readdirSync(nodes).some((name) => name.startsWith('renderD'))
  },
  tensorflow(backendsDir) {
    try {
      // The copy that npm installs is CUDA's.
      return findInstallation(backendsDir).manifest?.tensorflow.cuda === false ? 'cpu' : 'cuda'
    } catch (error) {
      if (error instanceof UserError) return undefined
      throw error
    }
  },
}

/** `0,1,-1,2` are 0 and 1: CUDA sees nothing from the first device on that there is not. */
export function visibleGpus(variable: string): string[] {
  const names = variable.split(',').map((name) => name.trim())
  const end = names.findIndex((name) => name === '' || name.startsWith('-'))
  return end < 0 ? names : names.slice(0, end)
}
