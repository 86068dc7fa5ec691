// electron-builder's beforePack hook: puts the Node that runs trainers, for the platform that is packed
// for, into out/node/<platform>-<arch>/. This machine's own pinned Node where that is the target, else
// the npm package that carries the binary.
import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
/** electron-builder's enum Arch. */
const archNames = ['ia32', 'x64', 'armv7l', 'arm64', 'universal'] as const

interface Target {
  electronPlatformName: NodeJS.Platform
  arch: number
}

export default function beforePack({ electronPlatformName, arch }: Target): void {
  putNode(electronPlatformName, archNames[arch] ?? String(arch))
}

/** @returns the path of the binary */
export function putNode(platform: NodeJS.Platform, arch: string): string {
  const folder = join(root, 'out/node', `${platform}-${arch}`)
  const binary = join(folder, platform === 'win32' ? 'node.exe' : 'node')
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  if (platform === process.platform && arch === process.arch) {
    if (Number(process.versions.node.split('.')[0]) < 24) {
      throw new Error(
        `this is Node ${process.version}: run npm run dist, which takes the pinned one`,
      )
    }
    copyFileSync(process.execPath, binary)
  } else {
    unpack(platform, arch, binary)
  }
  return binary
}

/** The npm packages that the package `node` takes its binaries from. */
function unpack(platform: NodeJS.Platform, arch: string, binary: string): void {
  const { optionalDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    optionalDependencies: { node: string }
  }
  const name = `node-${platform === 'win32' ? 'win' : platform}-${arch}@${optionalDependencies.node}`
  const scratch = mkdtempSync(join(tmpdir(), 'virtlab-node-'))
  try {
    const options = { cwd: scratch, shell: process.platform === 'win32' }
    const tarball = String(execFileSync('npm', ['pack', '--silent', name], options)).trim()
    execFileSync('tar', ['-xzf', tarball], options)
    const unpacked = join(scratch, 'package/bin', platform === 'win32' ? 'node.exe' : 'node')
    if (!existsSync(unpacked)) throw new Error(`${name} holds no Node`)
    copyFileSync(unpacked, binary)
  } catch (error) {
    throw new Error(`there is no Node for ${platform} ${arch} (${name}): pack on such a machine`, {
      cause: error,
    })
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}
