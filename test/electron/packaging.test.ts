import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { parse } from 'yaml'
import { buildParts } from '../../scripts/build.ts'
import { putNode } from '../../scripts/node-for-target.ts'
import { childPrograms, layoutOf, type ChildProgram } from '../../src-main/layout.ts'
import { asar, fuses, packApp, validateConfiguration } from '../support/packed-app.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { tinyRunConfig, writeTinyTask } from '../support/tiny-task.ts'
import { runTrainer } from '../support/trainer-peer.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const configuration = parse(read('electron-builder.yml')) as {
  electronFuses: Record<string, boolean>
  linux: { target: string[] }
  mac: { target: string[] }
  win: { target: string[] }
  extraResources: { filter: string[] }[]
}
const run = promisify(execFile)

/** Twenty seconds on a quiet machine, minutes on one that trains at the same time. */
const buildTimeoutMs = 600_000

beforeAll(() => buildParts({ onlyIfNeeded: true }), buildTimeoutMs)

describe('electron-builder.yml', () => {
  it('fits electron-builder’s schema', async () => {
    await validateConfiguration(configuration, {})
    const misspelt = { ...configuration, electronFuses: { runAsnode: false } }
    await expect(validateConfiguration(misspelt, {})).rejects.toThrow('electronFuses')
  })

  it('makes AppImage, deb, dmg and nsis', () => {
    const { linux, mac, win } = configuration
    expect([...linux.target, ...mac.target, ...win.target]).toEqual([
      'AppImage',
      'deb',
      'dmg',
      'nsis',
    ])
  })

  it('gives a reason for every fuse', () => {
    const lines = read('electron-builder.yml').split('\n')
    for (const fuse of Object.keys(configuration.electronFuses)) {
      const at = lines.findIndex((line) => line.startsWith(`  ${fuse}:`))
      expect([fuse, lines[at - 1]]).toEqual([fuse, expect.stringMatching(/^ {2}# /)])
    }
  })
})

describe('the bundles', () => {
  const builtin = new Set(builtinModules)
  /** Packages that a folder's bundles import instead of containing them. */
  function packagesOf(folder: string): string[] {
    const files = readdirSync(join(root, folder)).filter((name) => /\.[cm]?js$/.test(name))
    const imports = files.flatMap((name) => [
      ...read(`${folder}/${name}`).matchAll(
        /^import .*?from "([^".][^"]*)"|\bimport\("([^".][^"]*)"\)/gm,
      ),
    ])
    const names = imports.map(([, still = '', later = '']) => still || later)
    return [...new Set(names)]
      .filter((name) => !name.startsWith('node:') && !builtin.has(name))
      .sort()
  }

  it('of the main process need Electron and SQLite, and load no TensorFlow.js', () => {
    expect(packagesOf('dist/main')).toEqual(['better-sqlite3', 'electron'])
  })

  it('of the trainer need only packages that are packed beside it', () => {
    const packed = configuration.extraResources.flatMap(({ filter }) => filter)
    for (const name of packagesOf('dist/trainer')) {
      expect([name, packed.some((pattern) => pattern.startsWith(`${name}/`))]).toEqual([name, true])
    }
    expect(packagesOf('dist/trainer')).toContain('@tensorflow/tfjs-core')
  })

  it('of the preload script are one file that requires Electron only', () => {
    const required = [...read('dist/main/preload.cjs').matchAll(/require\("([^"]+)"\)/g)]
    expect(required.map(([, name]) => name)).toEqual(['electron'])
  })
})

describe('the command line in dist/', () => {
  const cli = (...args: string[]) =>
    run(process.execPath, [join(root, 'dist/cli/virtlab.js'), ...args])

  it('runs as the sources do', async () => {
    const { version } = JSON.parse(read('package.json')) as { version: string }
    expect((await cli('--version')).stdout.trim()).toBe(version)
    expect((await cli('--data-dir', temporaryFolder(), 'runs')).stdout).toContain('No runs')
  })
})

/** On every system a start that opens no window, and no browser of the person who runs the tests. */
const headless = {
  ...process.env,
  DISPLAY: '',
  WAYLAND_DISPLAY: '',
  PATH: '',
}

describe.skipIf(process.platform !== 'linux')('npm start', () => {
  it(
    'serves the app where no window can open, and says why',
    { timeout: buildTimeoutMs },
    async () => {
      const child = spawn(
        process.execPath,
        [join(root, 'scripts/start.ts'), '--data-dir', temporaryFolder(), '--port', '0'],
        { stdio: ['ignore', 'pipe', 'inherit'], env: headless },
      )
      onTestFinished(() => void child.kill('SIGTERM'))
      let printed = ''
      child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()))
      const address = () => /http:\/\/127\.0\.0\.1:\d+/.exec(printed)?.[0]
      await vi.waitFor(() => expect(address()).toBeDefined(), {
        timeout: buildTimeoutMs,
      })
      expect(printed).toContain('no window can open')

      const page = await fetch(`${address()}/`)
      expect(page.status).toBe(200)
      expect(await page.text()).toContain('<div id="app">')

      child.kill('SIGINT')
      expect(await once(child, 'exit')).toEqual([0, null])
    },
  )
})

// The stand-in for Electron is of Linux; on other systems `npm run dist` itself has to show it.
describe.skipIf(process.platform !== 'linux')('the packed app', () => {
  const folder = mkdtempSync(join(tmpdir(), 'virtlab-packed-'))
  let app: string
  let resources: string
  beforeAll(async () => {
    ;({ app, resources } = await packApp(folder))
  }, buildTimeoutMs)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  const node = () => join(resources, 'node/node')
  const trainer = (name: ChildProgram) => join(resources, 'trainer', `${name}.mjs`)

  it('holds in its app.asar what the window needs, and nothing that it does not', () => {
    const archive = join(resources, 'app.asar')
    const files = asar
      .listPackage(archive, { isPack: false })
      .map((path) => path.slice(1).replaceAll('\\', '/'))
      .filter((path) => /\.\w+$|LICENSE$/.test(path))

    const needed = [
      ...['package.json', 'dist/main/electron.js', 'dist/main/preload.cjs', 'build/tray.png'],
      ...[
        'migrations',
        'recipes',
        'native/tensorflow',
        'dist/renderer',
        'dist/renderer/assets',
      ].flatMap((name) =>
        readdirSync(join(root, name), { withFileTypes: true })
          .filter((entry) => entry.isFile())
          .map((entry) => `${name}/${entry.name}`),
      ),
    ]
    expect(needed.filter((path) => !files.includes(path))).toEqual([])

    const allowed = [
      /^package\.json$/,
      /^dist\/main\/[\w-]+\.c?js$/,
      /^dist\/renderer\/(index\.html|assets\/[^/]+)$/,
      /^migrations\/\d{4}_\w+\.sql$/,
      /^recipes\/[\w-]+\.yaml$/,
      /^native\/tensorflow\/\w+\.cpp$/,
      /^build\/tray(@2x)?\.png$/,
      // Embedded in charts that are exported for print.
      /^node_modules\/@fontsource\/inter\/(package\.json|LICENSE|unicode\.json|files\/[\w-]+\.woff2?)$/,
      /^node_modules\/@fontsource\/noto-sans-sc\/(package\.json|LICENSE|unicode\.json|files\/[\w-]+-(400|600)-normal\.woff)$/,
      /^node_modules\/better-sqlite3\/(package\.json|LICENSE|lib\/.*\.js|prebuilds\/[\w-]+\.node)$/,
    ]
    expect(files.filter((path) => !allowed.some((pattern) => pattern.test(path)))).toEqual([])

    const main = asar.extractFile(archive, 'package.json').toString()
    expect(JSON.parse(main)).toMatchObject({ main: 'dist/main/electron.js', type: 'module' })
  })

  it('has no sources, tests or maps beside it, and no native code of other systems', () => {
    const files = readdirSync(resources, { recursive: true, encoding: 'utf8' })
    expect(files.filter((path) => /\.(ts|map|test\.\w+)$|\.env/.test(path))).toEqual([])
    const native = files.filter((path) => path.endsWith('.node'))
    expect(native.every((path) => path.includes(`linux-${process.arch}`))).toBe(true)
    expect(native.some((path) => path.includes('better-sqlite3'))).toBe(true)
  })

  it('has its fuses set as the configuration says', async () => {
    const wire = await fuses.getCurrentFuseWire(join(app, 'virtlab'))
    const [disabled, enabled] = ['0', '1'].map((character) => character.charCodeAt(0))
    for (const [name, on] of Object.entries(configuration.electronFuses)) {
      const option = fuses.FuseV1Options[name[0]!.toUpperCase() + name.slice(1)]!
      expect([name, wire[option]]).toEqual([name, on ? enabled : disabled])
    }
  })

  it('is laid out as src-main/layout.ts finds it', () => {
    const module = pathToFileURL(join(resources, 'app.asar/dist/main/electron.js')).href
    const layout = layoutOf(module, {
      electron: true,
      execPath: join(app, 'virtlab'),
      platform: 'linux',
    })
    expect(layout.node).toBe(node())
    expect(existsSync(layout.node)).toBe(true)
    for (const name of Object.keys(childPrograms) as ChildProgram[]) {
      expect([name, existsSync(layout.program(name))]).toEqual([name, true])
    }
    expect(layout.migrations).toBe(join(resources, 'app.asar/migrations'))
    expect(layout.preload).toBe(join(resources, 'app.asar/dist/main/preload.cjs'))
  })

  it('opens a database with the better-sqlite3 that it brings', async () => {
    const sqlite = join(resources, 'app.asar.unpacked/node_modules/better-sqlite3')
    const script = `const Database = require(${JSON.stringify(sqlite)})
      console.log(new Database(':memory:').prepare('select 6 * 7 as answer').get().answer)`
    expect((await run(node(), ['-e', script], { cwd: folder })).stdout.trim()).toBe('42')
  })

  it('trains a run to its end with the Node and the trainer that it brings', async () => {
    const data = temporaryFolder()
    const task = writeTinyTask(join(data, 'task'))
    const { last, batches, exitCode, stderr } = await runTrainer({
      program: { entry: trainer('trainer'), execPath: node() },
      config: tinyRunConfig(task, { training: { epochs: 1 } }),
      runDir: join(data, 'run'),
      dataDir: data,
    })
    expect(stderr).toBe('')
    expect(last).toMatchObject({ type: 'finished', outcome: 'completed' })
    expect(exitCode).toBe(0)
    expect(batches.flatMap((batch) => batch.points?.keys ?? [])).toContain('dev/accuracy')
    expect(existsSync(join(data, 'run/checkpoints'))).toBe(true)

    // What it has learnt is used by the other programs that lie beside the trainer.
    const best = batches
      .flatMap(({ checkpoints }) => checkpoints)
      .find(({ kind }) => kind === 'best')
    const dir = join(data, 'run', best?.path ?? '')
    const setup = { backend: 'wasm', backendsDir: data }
    const answerOf = async (name: ChildProgram, request: object) => {
      const { stdout } = await run(node(), [trainer(name), JSON.stringify(request)])
      return JSON.parse(stdout.trim().split('\n').at(-1)!) as unknown
    }
    const pair = { x: 'red box', y: 'red cup' }
    const models = [{ source: 'student', dir }]
    expect(await answerOf('attend', { ...pair, models, ...setup })).toMatchObject({ ok: true })
    expect(await answerOf('inspect', { kind: 'model', input: { path: dir } })).toMatchObject({
      ok: true,
    })

    const user = spawn(node(), [trainer('use-model'), JSON.stringify(setup)])
    let told = ''
    user.stdout.on('data', (chunk: Buffer) => (told += chunk.toString()))
    const out = join(data, 'onnx')
    user.stdin.write(
      `${JSON.stringify({ id: 1, work: { kind: 'export', to: 'onnx', dir, out } })}\n`,
    )
    await vi.waitFor(() => expect(told).toContain('"exported"'), { timeout: 60_000 })
    user.stdin.end()
    expect(await once(user, 'close')).toEqual([0, null])
  })

  it('brings in another program’s runs, and packs them as a bundle, in the process it does so in', async () => {
    const data = temporaryFolder()
    const transfer = async (request: object) => {
      const { stdout } = await run(node(), [
        trainer('transfer'),
        JSON.stringify({ root: data, ...request }),
      ])
      return JSON.parse(stdout.trim().split('\n').at(-1)!) as Record<string, unknown>
    }
    const path = join(root, 'test/import/fixtures/tensorboard')
    const told = await transfer({ kind: 'import', path, dryRun: false })
    expect(told).toMatchObject({ kind: 'imported', summary: { format: 'tensorboard' } })
    const { runs } = told['summary'] as { runs: { id: string; outcome: string }[] }
    expect(runs.map(({ outcome }) => outcome)).toEqual(['new', 'new', 'new'])

    const bundle = join(data, 'all.virtlab')
    const ids = runs.map(({ id }) => id)
    const wanted = {
      kind: 'bundle',
      path: bundle,
      runs: ids,
      suites: [],
      checkpoints: false,
      attention: true,
      virtlab: '1.0.0',
    }
    expect(await transfer(wanted)).toMatchObject({ kind: 'exported', runs: 3 })
    const again = await transfer({ kind: 'import', path: bundle, dryRun: true })
    expect(again).toMatchObject({ summary: { runs: ids.map(() => ({ outcome: 'present' })) } })
  })

  it('measures the embedded backend', async () => {
    const { stdout } = await run(node(), [trainer('measure-backend'), 'wasm', temporaryFolder()])
    expect(JSON.parse(stdout.trim().split('\n').at(-1)!)).toMatchObject({ ok: true })
  })
})

describe('the Node of trainers', () => {
  it('is this machine’s own where that is packed for', async () => {
    const { stdout } = await run(putNode(process.platform, process.arch), ['--version'])
    expect(stdout.trim()).toBe(process.version)
  })
})
