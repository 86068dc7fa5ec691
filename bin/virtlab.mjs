#!/usr/bin/env node
// Starts the command line on the pinned Node 24 (npm package `node`), whatever Node called it:
// better-sqlite3 needs Node-API 10. A checkout runs its TypeScript as it is; a package carries dist/.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const source = new URL('../src-main/cli/virtlab.ts', import.meta.url)
const built = new URL('../dist/cli/virtlab.js', import.meta.url)
const entry = fileURLToPath(existsSync(source) ? source : built)

const child = spawn(
  pinnedNode(),
  ['--disable-warning=ExperimentalWarning', entry, ...process.argv.slice(2)],
  {
    stdio: 'inherit',
  },
)
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('error', (error) => {
  console.error(
    `virtlab: cannot start Node 24: ${error.message}\n  → run "npm ci" in Virtlab's folder`,
  )
  process.exit(1)
})
child.on('exit', (code, signal) => {
  if (signal) process.kill(process.pid, signal)
  else process.exit(code ?? 1)
})

function pinnedNode() {
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath
  try {
    return createRequire(import.meta.url).resolve(
      process.platform === 'win32' ? 'node/bin/node.exe' : 'node/bin/node',
    )
  } catch {
    console.error(
      'virtlab: the pinned Node 24 is not installed\n  → run "npm ci" in Virtlab\'s folder',
    )
    process.exit(1)
  }
}
