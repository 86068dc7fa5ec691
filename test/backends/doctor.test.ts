import { describe, expect, it } from 'vitest'
import { parseGpus } from '../../src-main/cli/machine.ts'
import { virtlab } from '../support/cli.ts'
import { temporaryFolder } from '../support/tiny-task.ts'

describe('virtlab doctor', () => {
  it('says in plain text what works here, and ends well when a backend does', async () => {
    const folder = temporaryFolder()
    const { code, stdout } = await virtlab(folder, 'doctor')
    expect(code).toBe(0)
    for (const title of ['Virtlab', 'Processor', 'Memory', 'GPU', 'Data folder', 'Disk']) {
      expect(stdout).toMatch(new RegExp(`^${title} +\\S`, 'm'))
    }
    expect(stdout).toContain(`${folder} (writable)`)
    expect(stdout).toMatch(
      /^ {2}tensorflow +not usable {2}TensorFlow is not installed\n +→ virtlab backend install/m,
    )
    expect(stdout).toMatch(/^ {2}wasm +usable +[\d.]+ GFLOP\/s {2}WebAssembly SIMD/m)
    expect(stdout).toMatch(/^Runs use (webgpu|wasm) unless/m)
  })

  it('says the same as JSON', async () => {
    const { code, stdout } = await virtlab(temporaryFolder(), 'doctor', '--json')
    expect(code).toBe(0)
    const report = JSON.parse(stdout) as Record<string, unknown>
    expect(report).toMatchObject({
      node: process.versions.node,
      sqlite: expect.stringMatching(/^3\.\d+/) as string,
      cores: expect.any(Number) as number,
      data: { writable: true, freeBytes: expect.any(Number) as number },
      auto: expect.stringMatching(/webgpu|wasm/) as string,
    })
    expect((report['backends'] as { name: string }[]).map(({ name }) => name)).toEqual([
      'tensorflow',
      'webgpu',
      'wasm',
      'cpu',
    ])
  })

  it('reads what nvidia-smi prints, memory in MiB', () => {
    expect(parseGpus('NVIDIA H100 80GB HBM3, 570.86.15, 81559, 4\n')).toEqual([
      {
        name: 'NVIDIA H100 80GB HBM3',
        driver: '570.86.15',
        memoryBytes: 81559 * 2 ** 20,
        memoryUsedBytes: 4 * 2 ** 20,
      },
    ])
  })
})

describe('virtlab backend', () => {
  it('refuses to install what comes with Virtlab, and what there is not', async () => {
    const folder = temporaryFolder()
    const builtIn = await virtlab(folder, 'backend', 'install', 'wasm')
    expect(builtIn.code).toBe(2)
    expect(builtIn.stderr).toContain('wasm comes with Virtlab and is not installed')
    const unknown = await virtlab(folder, 'backend', 'install', 'torch')
    expect(unknown.code).toBe(2)
    expect(unknown.stderr).toContain('there is no backend “torch”')
  })

  it('removes what is not there without complaint', async () => {
    const { code, stdout } = await virtlab(temporaryFolder(), 'backend', 'remove', 'tensorflow')
    expect(code).toBe(0)
    expect(stdout).toBe('tensorflow was not installed.\n')
  })
})
