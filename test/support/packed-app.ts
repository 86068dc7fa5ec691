import { execFile } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('../../', import.meta.url))
const requireFromBuilder = createRequire(createRequire(import.meta.url).resolve('app-builder-lib'))

/** Of electron-builder's own dependencies, as far as tests look at what it made. */
export const asar = requireFromBuilder('@electron/asar') as {
  listPackage(archive: string, options: { isPack: boolean }): string[]
  extractFile(archive: string, path: string): Buffer
}
export const fuses = requireFromBuilder('@electron/fuses') as {
  getCurrentFuseWire(program: string): Promise<Record<number, number>>
  FuseV1Options: Record<string, number>
}
/** Throws for a configuration that does not fit electron-builder's schema. */
export const { validateConfiguration } = requireFromBuilder('./util/config/config.js') as {
  validateConfiguration: (configuration: object, debug: object) => Promise<void>
}

/**
 * Packs the app for this machine by electron-builder and electron-builder.yml, without making an installer
 * of it. Electron's own files are stand-ins, everything else is what users get.
 * @param folder where to; holds `linux-unpacked` afterwards
 */
export async function packApp(folder: string): Promise<{ app: string; resources: string }> {
  const electron = join(folder, 'electron')
  writeStandIn(electron)
  await promisify(execFile)(
    process.execPath,
    [
      join(root, 'node_modules/electron-builder/cli.js'),
      ...['--linux', 'dir', `--${process.arch}`],
      `-c.electronDist=${electron}`,
      `-c.directories.output=${folder}`,
    ],
    { cwd: root },
  )
  const app = join(
    folder,
    process.arch === 'x64' ? 'linux-unpacked' : `linux-${process.arch}-unpacked`,
  )
  return { app, resources: join(app, 'resources') }
}

/** Electron's files by name; its program is no more than the place where fuses are. */
function writeStandIn(folder: string): void {
  mkdirSync(join(folder, 'resources'), { recursive: true })
  mkdirSync(join(folder, 'locales'))
  for (const name of ['version', 'LICENSE', 'LICENSES.chromium.html', 'locales/en-US.pak']) {
    writeFileSync(join(folder, name), '')
  }
  const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX'
  const fuseWire = Buffer.concat([
    Buffer.from(sentinel),
    Buffer.from([1, 9]), // version of the wire, number of fuses
    Buffer.from('101110001'),
  ])
  writeFileSync(join(folder, 'electron'), fuseWire, { mode: 0o755 })
}
