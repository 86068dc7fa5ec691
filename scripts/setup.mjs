// Makes a fresh clone ready: called before `npm start`, `npm test` and `npm run demo`.
// Runs on any Node ≥ 20 and says what it does; does nothing when all is in place.
import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const lock = new URL('../package-lock.json', import.meta.url)
// npm writes this file last, so it is there and newer than the lock only after a complete install.
const installed = new URL('../node_modules/.package-lock.json', import.meta.url)
const node24 = new URL('../node_modules/node/bin/node', import.meta.url)

if (Number(process.versions.node.split('.')[0]) < 20) {
  console.error(`Virtlab's set-up needs Node 20 or newer; this is ${process.version}.`)
  process.exit(1)
}
const complete =
  existsSync(installed) &&
  existsSync(node24) &&
  statSync(installed).mtimeMs >= statSync(lock).mtimeMs
if (!complete) {
  console.log('set-up: installing packages and the pinned Node 24 (npm ci) …')
  const { status } = spawnSync('npm', ['ci'], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  if (status !== 0) {
    console.error('set-up: npm ci failed; its message stands above.')
    process.exit(status ?? 1)
  }
  console.log('set-up: done. TypeScript runs as it is on Node 24; there is nothing to build.')
}
