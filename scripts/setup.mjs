// Makes a fresh clone ready: called before `npm start`, `npm test` and `npm run demo`.
// Runs on any Node ≥ 20 and says what it does; does nothing when all is in place.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const lock = new URL('../package-lock.json', import.meta.url)
// npm writes this file last, so it is there and newer than the lock only after a complete install.
const installed = new URL('../node_modules/.package-lock.json', import.meta.url)
const { dependencies } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
)

if (Number(process.versions.node.split('.')[0]) < 20) {
  fail(`this is Node ${process.version}; set-up needs Node 20 or newer (https://nodejs.org).`)
}
const complete =
  existsSync(installed) && pinnedNode() && statSync(installed).mtimeMs >= statSync(lock).mtimeMs
if (!complete) {
  console.log(
    `set-up: installing packages and the pinned Node ${dependencies.node} into node_modules (npm ci), once …`,
  )
  const { status } = spawnSync('npm', ['ci', '--loglevel=error'], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  if (status !== 0) fail('npm ci failed; its message stands above.', status ?? 1)

  const node = pinnedNode()
  if (!node) fail('npm ci brought no Node; is installing scripts switched off (ignore-scripts)?')
  const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout?.trim()
  if (version !== `v${dependencies.node}`) {
    fail(`the pinned Node does not run here: expected v${dependencies.node}, got ${version}.`)
  }
  console.log(`set-up: done. Node ${version} runs the TypeScript as it is.`)
}

function pinnedNode() {
  const names = ['node', 'node.exe'].map(
    (name) => new URL(`../node_modules/node/bin/${name}`, import.meta.url),
  )
  const found = names.find((path) => existsSync(path))
  return found && fileURLToPath(found)
}

function fail(reason, code = 1) {
  console.error(`set-up: ${reason}`)
  process.exit(code)
}
