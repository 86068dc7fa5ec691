// npm start: opens the window; where there can be none, says why and opens the same app in the browser.
// What follows `npm start --` goes to either: --data-dir FOLDER; --port N and --served are for the browser.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { buildParts } from './build.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const electronFolder = join(root, 'node_modules/electron')
/** A window that ends by itself this soon, and not well, never opened. */
const openedAfterMs = 10_000

/** Why no window can open here, as far as the system is concerned; undefined: one can. */
export function displayProblem(
  platform: NodeJS.Platform,
  env: NodeJS.ProcessEnv,
): string | undefined {
  if (platform !== 'linux' || env['DISPLAY'] || env['WAYLAND_DISPLAY']) return undefined
  return 'there is no display ($DISPLAY and $WAYLAND_DISPLAY are not set)'
}

/** Electron's program, where the npm package has brought it or another one is named; else undefined. */
export function electronProgram(folder: string, env: NodeJS.ProcessEnv): string | undefined {
  const pathFile = join(folder, 'path.txt')
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8') : 'electron'
  const program = join(env['ELECTRON_OVERRIDE_DIST_PATH'] ?? join(folder, 'dist'), name)
  return existsSync(program) ? program : undefined
}

/** Has the npm package fetch Electron's program. Returns why it could not. */
function fetchElectron(): string | undefined {
  const { version } = JSON.parse(readFileSync(join(electronFolder, 'package.json'), 'utf8')) as {
    version: string
  }
  console.log(`start: fetching Electron ${version}, about 120 MB, once …`)
  const { status, stderr, error } = spawnSync(
    process.execPath,
    [join(electronFolder, 'install.js')],
    { encoding: 'utf8', stdio: ['ignore', 'inherit', 'pipe'], timeout: 15 * 60_000 },
  )
  if (status === 0) return undefined
  const reason = error?.message ?? stderr.trim().split('\n')[0]
  return `Electron’s program could not be fetched (${reason})`
}

/** Resolves when the window is closed: undefined if it was open, else why it was not. */
function openWindow(program: string, args: string[]): Promise<string | undefined> {
  const began = Date.now()
  const child = spawn(program, [root, ...windowArguments(args)], {
    stdio: 'inherit',
    env: { ...process.env, VIRTLAB_NODE: process.execPath },
  })
  passSignalsTo(child)
  return new Promise((resolve) => {
    child.on('error', (error) => resolve(error.message))
    child.on('exit', (code, signal) => {
      const failed = code !== 0 && Date.now() - began < openedAfterMs
      resolve(failed ? `Electron ended with ${signal ?? `code ${code}`}` : undefined)
    })
  })
}

/** Chromium's switches take their value after `=` only. */
export function windowArguments(args: string[]): string[] {
  const at = args.indexOf('--data-dir')
  const folder = args[at + 1]
  return at < 0 || folder === undefined ? args : args.toSpliced(at, 2, `--data-dir=${folder}`)
}

function openServedApp(args: string[]): void {
  const bin = join(root, 'bin/virtlab.mjs')
  const child = spawn(process.execPath, [bin, 'serve', '--open', ...args], { stdio: 'inherit' })
  passSignalsTo(child)
  child.on('exit', (code) => (process.exitCode = code ?? 1))
}

function passSignalsTo(child: ReturnType<typeof spawn>): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => child.kill(signal))
  }
}

async function start(given: string[]): Promise<void> {
  const served = given.includes('--served')
  const args = given.filter((arg) => arg !== '--served')
  await buildParts({ onlyIfNeeded: true })
  if (!served) {
    let problem = displayProblem(process.platform, process.env)
    if (!problem && !electronProgram(electronFolder, process.env)) problem = fetchElectron()
    const program = electronProgram(electronFolder, process.env)
    if (!problem && program) problem = await openWindow(program, args)
    else problem ??= 'Electron’s program is not there'
    if (!problem) return
    console.log(`start: no window can open: ${problem}`)
    console.log('start: the same app opens in the browser instead')
  }
  openServedApp(args)
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await start(process.argv.slice(2))
}
