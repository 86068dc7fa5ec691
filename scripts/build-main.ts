// Bundles the main process, preload script, command line and trainer into dist/, with esbuild.
import { build, type BuildOptions, type Metafile } from 'esbuild'
import { cp, rm } from 'node:fs/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { childPrograms } from '../src-main/layout.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * Not bundled, so they lie in node_modules of what is installed (electron-builder.yml):
 * better-sqlite3 has native code beside it; TensorFlow.js must be one module that tfjs-node's bindings
 * are hooked to and finds its .wasm files beside it; webgpu has native code and is optional.
 */
const external = ['electron', 'better-sqlite3', '@tensorflow/*', 'webgpu', 'node:*']

const forNode: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  external,
  sourcemap: 'linked',
  sourcesContent: false,
  // Names of classes and functions are part of messages and stacks.
  keepNames: true,
  metafile: true,
  logLevel: 'warning',
  // What is loaded later is a file beside the entry: layout.ts counts the folders above it.
  splitting: true,
  entryNames: '[name]',
  chunkNames: '[name]-[hash]',
  // Bundled CommonJS packages call `require` for Node's own modules.
  banner: {
    js: "import { createRequire as bundledRequire } from 'node:module'; const require = bundledRequire(import.meta.url);",
  },
}

const bundles: Record<string, BuildOptions> = {
  'dist/main': { ...forNode, entryPoints: { electron: 'src-main/electron/main.ts' } },
  'dist/cli': { ...forNode, entryPoints: { virtlab: 'src-main/cli/virtlab.ts' } },
  // .mjs: installed, there is no package.json beside it that says "module".
  'dist/trainer': { ...forNode, entryPoints: childPrograms, outExtension: { '.js': '.mjs' } },
}

/** A sandboxed preload script is one CommonJS file. */
const preload: BuildOptions = {
  ...forNode,
  entryPoints: { preload: 'src-main/electron/preload.ts' },
  external: ['electron'],
  format: 'cjs',
  splitting: false,
  banner: {},
  outExtension: { '.js': '.cjs' },
  outdir: 'dist/main',
}

/** Builds everything but the renderer. Returns what went into each folder. */
export async function buildMain(): Promise<Record<string, Metafile>> {
  const metafiles: Record<string, Metafile> = {}
  for (const [outdir, options] of Object.entries(bundles)) {
    await rm(new URL(`../${outdir}`, import.meta.url), { recursive: true, force: true })
    const { metafile } = await build({ ...options, outdir })
    metafiles[outdir] = metafile!
  }
  // Installed, child programs read no asar: the database's schema and the version are beside them.
  for (const name of ['migrations', 'package.json']) {
    const from = new URL(`../${name}`, import.meta.url)
    await cp(from, new URL(`../dist/trainer/${name}`, import.meta.url), { recursive: true })
  }
  const { metafile } = await build(preload)
  metafiles['preload'] = metafile!
  return metafiles
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const start = performance.now()
  await buildMain()
  console.log(
    `build: main process, preload, command line and trainer in ${Math.round(performance.now() - start)} ms`,
  )
}
