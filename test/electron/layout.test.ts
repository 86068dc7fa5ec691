import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { childPrograms, layoutOf } from '../../src-main/layout.ts'

const node = { electron: false, execPath: '/usr/bin/node24', platform: 'linux' } as const
const electron = { electron: true, execPath: '/opt/electron/electron', platform: 'linux' } as const

describe('where things lie', () => {
  it('in a checkout: the sources, run by the Node that runs now', () => {
    const layout = layoutOf('file:///home/u/virtlab/src-main/layout.ts', node)
    expect(layout).toMatchObject({
      root: '/home/u/virtlab/',
      migrations: '/home/u/virtlab/migrations',
      renderer: '/home/u/virtlab/dist/renderer',
      node: '/usr/bin/node24',
    })
    expect(layout.program('trainer')).toBe('/home/u/virtlab/src-main/trainer/main.ts')
  })

  it('in dist/: bundles beside one another, whichever of them asks', () => {
    for (const bundle of [
      'main/electron.js',
      'cli/virtlab.js',
      'trainer/trainer.mjs',
      'trainer/chunk-A1.mjs',
    ]) {
      const layout = layoutOf(`file:///home/u/virtlab/dist/${bundle}`, node)
      expect(layout.program('attend')).toBe('/home/u/virtlab/dist/trainer/attend.mjs')
      expect(layout.migrations).toBe('/home/u/virtlab/migrations')
    }
  })

  it('in the window of a checkout: trainers run in the pinned Node, never in Electron’s', () => {
    const layout = layoutOf('file:///home/u/virtlab/dist/main/electron.js', electron)
    expect(layout.node).toBe('/home/u/virtlab/node_modules/node/bin/node')
    const started = { ...electron, startedBy: '/usr/bin/node24' }
    expect(layoutOf('file:///home/u/virtlab/dist/main/electron.js', started).node).toBe(
      '/usr/bin/node24',
    )
  })

  it('in an installed app: Node and trainer are resources beside app.asar', () => {
    const layout = layoutOf(
      'file:///opt/Virtlab/resources/app.asar/dist/main/electron.js',
      electron,
    )
    expect(layout.node).toBe('/opt/Virtlab/resources/node/node')
    expect(layout.program('trainer')).toBe('/opt/Virtlab/resources/trainer/trainer.mjs')
    expect(layout.renderer).toBe('/opt/Virtlab/resources/app.asar/dist/renderer')
  })

  it('in an installed trainer: other programs lie beside it', () => {
    const layout = layoutOf('file:///opt/Virtlab/resources/trainer/trainer.mjs', node)
    expect(layout.program('webgpu-adapter')).toBe(
      '/opt/Virtlab/resources/trainer/webgpu-adapter.mjs',
    )
    expect(layout.migrations).toBe('/opt/Virtlab/resources/trainer/migrations')
  })

  it('every child program has its source', () => {
    const root = fileURLToPath(new URL('../../', import.meta.url))
    for (const source of Object.values(childPrograms)) {
      expect([source, existsSync(join(root, source))]).toEqual([source, true])
    }
  })
})
