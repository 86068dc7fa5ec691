import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { activateBackend, probeBackends } from '../../src-main/trainer/backends/index.ts'
import { measureInChild } from '../../src-main/trainer/backends/probe/index.ts'
import type { TensorflowManifest } from '../../src-main/trainer/backends/tensorflow/installation.ts'
import { temporaryFolder } from '../support/tiny-task.ts'

const nothingInstalled = temporaryFolder()

describe('choosing a backend', () => {
  it('auto takes the best that is usable', async () => {
    const { name, device } = await activateBackend('auto', nothingInstalled)
    expect(['webgpu', 'wasm']).toContain(name) // webgpu where this machine has a GPU
    expect(device).not.toBe('')
  })

  it('a named one that is not usable is an error with the reason and what to do', async () => {
    await expect(activateBackend('tensorflow', nothingInstalled)).rejects.toMatchObject({
      name: 'UserError',
      message: 'TensorFlow is not installed',
      fix: expect.stringContaining('virtlab backend install tensorflow') as string,
    })
  })

  it('a broken installation is passed by under auto, and explained under its name', async () => {
    const backendsDir = installation({ binding: 'not a library' })
    await expect(activateBackend('tensorflow', backendsDir)).rejects.toMatchObject({
      message: expect.stringMatching(/^its native library does not load: /) as string,
      where: expect.stringMatching(/tfjs_binding\.node$/) as string,
    })
    expect((await activateBackend('auto', backendsDir)).name).not.toBe('tensorflow')
  })
})

describe('probing', () => {
  it('tells of every backend, best first, whether it is usable or why not', async () => {
    const probes = await probeBackends(nothingInstalled)
    expect(probes.map(({ name }) => name)).toEqual(['tensorflow', 'webgpu', 'wasm', 'cpu'])
    for (const probe of probes) {
      if (probe.usable) {
        expect(probe.device).toBeTruthy()
        expect(probe.gflops).toBeGreaterThan(0)
      } else {
        expect(probe.reason).toBeTruthy()
        expect(probe.fix).toBeTruthy()
      }
    }
    const usable = probes.filter((probe) => probe.usable).map(({ name }) => name)
    expect(usable).toEqual(expect.arrayContaining(['wasm', 'cpu']))
  })

  it('a backend that crashes is a reason', async () => {
    const backendsDir = installation({ script: 'process.kill(process.pid, "SIGSEGV")' })
    expect(await measureInChild('tensorflow', backendsDir)).toEqual({
      ok: false,
      reason: 'its process crashed (SIGSEGV)',
    })
  })

  it('a backend that hangs is a reason', async () => {
    const backendsDir = installation({ script: 'for (;;);' })
    expect(await measureInChild('tensorflow', backendsDir, { timeoutMs: 2000 })).toEqual({
      ok: false,
      reason: 'it did not answer within 2 s',
    })
  })

  it('a backend that leaves its process is a reason, with what it said', async () => {
    const backendsDir = installation({ script: 'console.error("no license"); process.exit(3)' })
    expect(await measureInChild('tensorflow', backendsDir)).toEqual({
      ok: false,
      reason: 'its process ended with code 3: no license',
    })
  })
})

/** A whole installation to look at, whose package runs a script of ours and whose binding is some file. */
function installation({
  script = '',
  binding = '',
}: {
  script?: string
  binding?: string
}): string {
  const backendsDir = temporaryFolder()
  const folder = join(backendsDir, 'tensorflow')
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  const manifest: TensorflowManifest = {
    format: 1,
    createdAt: new Date(0).toISOString(),
    seconds: 1,
    packages: {},
    tensorflow: { version: '2.21.0', origin: 'pip', cuda: false, folder: 'lib', libraries: [] },
    binding: { sha256: '0'.repeat(64), compiler: 'g++', node: 'v24', napi: '10' },
    smokeTest: { device: 'made up', gflops: 1 },
  }
  write('manifest.json', JSON.stringify(manifest))
  write('package/package.json', '{"name": "@tensorflow/tfjs-node-gpu", "version": "4.22.0"}')
  write('package/dist/register_all_kernels.js', script)
  write('package/dist/nodejs_kernel_backend.js', 'exports.NodeJSKernelBackend = class {}')
  write('package/lib/napi-v8/tfjs_binding.node', binding)
  return backendsDir
}
