import { basename, dirname, join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * Programs that run in a plain Node process of their own, by the name of their bundle: bundles lie in
 * dist/trainer, and as the resource `trainer` in an installed app. scripts/build-main.ts builds this list.
 */
export const childPrograms = {
  trainer: 'src-main/trainer/main.ts',
  'measure-backend': 'src-main/trainer/backends/probe/measure-child.ts',
  'webgpu-adapter': 'src-main/trainer/backends/probe/webgpu-adapter.ts',
  attend: 'src-main/trainer/attention/attend-child.ts',
  'measure-cost': 'src-main/trainer/efficiency/measure-child.ts',
  'use-model': 'src-main/trainer/use/use-child.ts',
  inspect: 'src-main/api/data/inspect-child.ts',
  transfer: 'src-main/import/transfer-child.ts',
} as const

export type ChildProgram = keyof typeof childPrograms

/** Where the parts of Virtlab lie that are no imports of one another. */
export interface Layout {
  /** Holds package.json; a checkout's also .git. */
  root: string
  /** Steps of the database's schema; beside the child programs once more, which read no asar. */
  migrations: string
  recipes: string
  /** C++ that is compiled into a backend's binding when that is installed. */
  native: string
  /** The built renderer. */
  renderer: string
  /** The window's preload script, built. */
  preload: string
  /** Icons for the tray. */
  icons: string
  /** The Node ≥ 24 that runs child programs: Electron's own is none (docs/packaging.md). */
  node: string
  program(name: ChildProgram): string
}

/**
 * Three layouts are told apart by where this module lies: TypeScript sources (a checkout), bundles in
 * dist/ of a checkout or npm package, and bundles inside an installed app's app.asar, whose child
 * programs and Node lie beside it because plain Node reads no asar.
 */
export function layoutOf(
  moduleUrl: string,
  runtime: {
    electron: boolean
    execPath: string
    platform: NodeJS.Platform
    /** $VIRTLAB_NODE: the Node that `npm start` itself ran on; for Electron, which is none. */
    startedBy?: string | undefined
  },
): Layout {
  const path = fileURLToPath(moduleUrl)
  const isSource = path.endsWith('.ts')
  const asar = `${sep}app.asar${sep}`
  const packed = path.includes(asar) ? path.slice(0, path.indexOf(asar)) : undefined
  // An installed child program has package.json and the migrations beside itself: it reads no asar.
  const besideApp =
    !isSource &&
    basename(dirname(path)) === 'trainer' &&
    basename(dirname(dirname(path))) !== 'dist'
  const root = fileURLToPath(new URL(isSource ? '../' : besideApp ? './' : '../../', moduleUrl))
  const windows = runtime.platform === 'win32'
  const nodeOfCheckout = join(root, 'node_modules/node/bin', windows ? 'node.exe' : 'node')
  return {
    root,
    migrations: join(root, 'migrations'),
    recipes: join(root, 'recipes'),
    native: join(root, 'native'),
    renderer: join(root, 'dist/renderer'),
    preload: join(root, 'dist/main/preload.cjs'),
    icons: join(root, 'build'),
    node: packed
      ? join(packed, 'node', windows ? 'node.exe' : 'node')
      : runtime.electron
        ? (runtime.startedBy ?? nodeOfCheckout)
        : runtime.execPath,
    program(name) {
      if (packed) return join(packed, 'trainer', `${name}.mjs`)
      // From dist/main, dist/cli, and from dist/trainer or the resource `trainer` itself.
      return isSource
        ? join(root, childPrograms[name])
        : join(dirname(path), '..', 'trainer', `${name}.mjs`)
    },
  }
}

/** Of this process. Bundles lie two folders below the root, wherever this module ends up in them. */
export const layout = layoutOf(import.meta.url, {
  electron: process.versions['electron'] !== undefined,
  execPath: process.execPath,
  platform: process.platform,
  startedBy: process.env['VIRTLAB_NODE'],
})
