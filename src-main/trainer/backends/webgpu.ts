import * as tf from '@tensorflow/tfjs-core'
import { UserError } from '../../../src-shared/errors.ts'
import type { BackendDefinition } from './definition.ts'
import { generalKernels } from './kernels/general.ts'
import { findAdapterInChild, softwareAdapter } from './probe/find-webgpu-adapter.ts'

/** What we read of Dawn's GPUAdapterInfo. */
export interface AdapterInfo {
  vendor: string
  architecture: string
  device: string
  description: string
  isFallbackAdapter?: boolean
}

interface Gpu {
  requestAdapter(options: object): Promise<{ info: AdapterInfo } | null>
}

/**
 * Any GPU that has a Vulkan, Metal or Direct3D 12 driver, through Dawn. An adapter that computes on the processor
 * (SwiftShader, llvmpipe) is only taken when asked for by name: wasm is many times faster.
 */
export const webgpu: BackendDefinition = {
  name: 'webgpu',
  async activate({ byName }) {
    if (!byName) await requireRealGpu()
    const device = describe(await openAdapter())
    if (!tf.findBackendFactory('webgpu')) await import('@tensorflow/tfjs-backend-webgpu')
    await tf.setBackend('webgpu')
    stopOnErrors()
    return { name: 'webgpu', device: `${device} (WebGPU, Dawn)`, kernels: generalKernels }
  },
}

async function requireRealGpu(): Promise<void> {
  const adapter = await findAdapterInChild()
  if (!adapter.ok) throw new UserError(adapter.reason, { ...(adapter.fix && { fix: adapter.fix }) })
  if (adapter.software) throw softwareAdapter(adapter.device)
}

/** An invalid command computes nothing, and tfjs would go on with what was in the buffers. */
function stopOnErrors(): void {
  const { device } = tf.backend() as unknown as { device: EventTarget }
  device.addEventListener('uncapturederror', (event) => {
    const { error } = event as unknown as { error: { message: string } }
    throw new Error(`WebGPU: ${error.message}`)
  })
}

/** Gives this process a `navigator.gpu` and says what adapter it hands out. */
export async function openAdapter(): Promise<AdapterInfo> {
  let dawn: { create(flags: string[]): Gpu; globals: object }
  try {
    dawn = await import('webgpu')
  } catch (error) {
    throw new UserError('the npm package webgpu (Dawn) is not installed or does not load here', {
      fix: 'npm install webgpu@0.6.2 @tensorflow/tfjs-backend-webgpu@4.22.0',
      cause: error,
    })
  }
  const own = globalThis.navigator as unknown as { gpu?: Gpu }
  if (!own.gpu) {
    Object.assign(globalThis, dawn.globals)
    Object.defineProperty(own, 'gpu', { value: dawn.create([]) })
  }
  const adapter = await own.gpu!.requestAdapter({ powerPreference: 'high-performance' })
  if (adapter) return adapter.info
  throw new UserError('there is no GPU with a Vulkan, Metal or Direct3D 12 driver', {
    fix:
      process.platform === 'linux'
        ? 'install the GPU’s Vulkan driver (Debian, Ubuntu: apt install libvulkan1 mesa-vulkan-drivers, or NVIDIA’s driver)'
        : 'update the graphics driver',
  })
}

export function isSoftware({ description, architecture, isFallbackAdapter }: AdapterInfo): boolean {
  const name = `${description} ${architecture}`
  return isFallbackAdapter === true || /swiftshader|llvmpipe|lavapipe|basic render/i.test(name)
}

export function describe({ vendor, architecture, device, description }: AdapterInfo): string {
  return description || device || [vendor, architecture].filter(Boolean).join(' ') || 'unnamed GPU'
}
