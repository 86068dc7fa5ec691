// Makes a fresh clone ready: called before `npm start`, `npm test` and `npm run demo`.
// Runs on any Node ≥ 20 and says what it does; does nothing when all is in place.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const lock = new URL('../package-lock.json', import.meta.url)
// npm writes this file last, so it is there and newer than the lock only after a complete install.
const installed = new URL('../node_modules/.package-lock.json', import.meta.url)
const { optionalDependencies } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
)
const pinned = optionalDependencies.node
const major = Number(process.versions.node.split('.')[0])

if (major < 20) {
  fail(`this is Node ${process.version}; set-up needs Node 20 or newer (https://nodejs.org).`)
}
const complete =
  existsSync(installed) &&
  (pinnedNode() || major >= 24) &&
  statSync(installed).mtimeMs >= statSync(lock).mtimeMs
if (!complete) {
  console.log(
    `set-up: installing packages and the pinned Node ${pinned} into node_modules (npm ci), once …`,
  )
  const { status } = spawnSync('npm', ['ci', '--loglevel=error'], {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  if (status !== 0) fail('npm ci failed; its message stands above.', status ?? 1)

  const node = pinnedNode()
  if (node) {
    const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout?.trim()
    if (version !== `v${pinned}`) {
      fail(`the pinned Node does not run here: expected v${pinned}, got ${version}.`)
    }
    console.log(`set-up: done. Node ${version} runs the TypeScript as it is.`)
  } else if (major >= 24) {
    console.log(
      `set-up: done. npm has no Node ${pinned} for this system; yours, ${process.version}, is used.`,
    )
  } else {
    // The npm package `node` is late with some systems, macOS among them.
    fail(
      `npm brought no Node ${pinned} for ${process.platform} ${process.arch}: install Node 24 or newer ` +
        '(https://nodejs.org) and start again. If npm is set to ignore-scripts, allow them instead.',
    )
  }
}

function pinnedNode() {
  // On Windows `node` is there too, an empty file.
  const names = ['node.exe', 'node'].map(
    (name) => new URL(`../node_modules/node/bin/${name}`, import.meta.url),
  )
  const found = names.find((path) => existsSync(path))
  return found && fileURLToPath(found)
}

function fail(reason, code = 1) {
  console.error(`set-up: ${reason}`)
  process.exit(code)
}
