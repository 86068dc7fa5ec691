import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { isAbsolute, join, relative } from 'node:path'
import { UserError } from '../../../../../src-shared/errors.ts'
import { isProcessAlive } from '../../../../is-process-alive.ts'
import { layout } from '../../../../layout.ts'
import { sha256OfFile } from '../../../../sha256-of-file.ts'
import { measureInChild } from '../../probe/index.ts'
import {
  bindingFile,
  installationFolder,
  manifestFile,
  type TensorflowManifest,
} from '../installation.ts'
import { cacheFolder } from './cache-folder.ts'
import { compileBinding, findCompiler, findLibraries } from './compile.ts'
import { googleProtobuf, nodeApiHeaders, tfjsNode, unpackPackage } from './npm-packages.ts'
import { provideTensorflow, type TensorflowFolder } from './wheel.ts'

export interface InstallOptions {
  backendsDir: string
  cuda?: boolean | undefined
  python?: string | undefined
  wheel?: string | undefined
  /** Called with every line worth showing. */
  report: (line: string) => void
  /** Programs are looked for on its PATH. */
  env?: NodeJS.ProcessEnv
}

/**
 * Builds the tensorflow backend in `<backendsDir>/tensorflow`: tfjs-node's binding, from its own source, against
 * the libtensorflow of a Python wheel. Everything is made beside and moved in at the end, when the result has
 * multiplied matrices correctly in a process of its own; an installation before it stays until then.
 * @throws UserError with what is missing and how to get it
 */
export async function installTensorflow(options: InstallOptions): Promise<TensorflowManifest> {
  const { backendsDir, report, env = process.env } = options
  checkPlatform()
  if (options.python !== undefined && options.wheel !== undefined) {
    throw new UserError('--python and --wheel exclude each other', { fix: 'give one of them' })
  }
  const cacheDir = cacheFolder(env)
  const startedAt = performance.now()
  await mkdir(backendsDir, { recursive: true })
  await removeAbandoned(backendsDir)
  const staging = await mkdtemp(join(backendsDir, `${STAGING}${process.pid}-`))
  const folder = installationFolder(staging)
  const packageDir = join(folder, 'package')
  const headersDir = join(staging, 'headers')
  const step = createSteps(report, 6)

  try {
    const compiler = await step('compiler', async (note) => {
      const found = await findCompiler(env)
      note(found.name)
      return found
    })
    await step('binding source', async (note) => {
      await unpackPackage(tfjsNode, packageDir, { cacheDir, env })
      const protobuf = join(packageDir, 'node_modules', googleProtobuf.name)
      await unpackPackage(googleProtobuf, protobuf, { cacheDir, env })
      await unpackPackage(nodeApiHeaders, headersDir, { cacheDir, env })
      // Read and written, because an installed app's files lie in an archive.
      const operations = await readFile(join(layout.native, 'tensorflow', operationsFile))
      await writeFile(join(packageDir, 'binding', operationsFile), operations)
      note(`${tfjsNode.name} ${tfjsNode.version}`)
    })
    const tensorflow = await step('TensorFlow', async (note) => {
      const venvDir = join(folder, 'venv')
      const cuda = options.cuda ?? false
      const provided = await provideTensorflow({ ...options, cuda, venvDir, cacheDir, env, note })
      note(`TensorFlow ${provided.version} in ${provided.folder}`)
      return provided
    })
    const inside = isInside(folder, tensorflow.folder)
    await step('compiling the binding', async () => {
      await compileBinding(compiler, {
        packageDir,
        headersDir,
        tensorflowDir: tensorflow.folder,
        relocatable: inside,
        output: join(packageDir, bindingFile),
        env,
      })
      if (inside) await rm(join(tensorflow.folder, 'include'), { recursive: true, force: true })
    })
    const manifest = await step('checksums', () => describe(folder, compiler, tensorflow, options))
    await writeManifest(folder, manifest)
    const smokeTest = await step('smoke test', async (note) => {
      const result = await measureInChild('tensorflow', staging)
      if (!result.ok) {
        throw new UserError(`the new backend does not work: ${result.reason}`, {
          ...(result.fix === undefined ? {} : { fix: result.fix }),
        })
      }
      note(`${result.device}, ${result.gflops.toFixed(0)} GFLOP/s`)
      return { device: result.device, gflops: result.gflops }
    })
    const seconds = (performance.now() - startedAt) / 1000
    const complete = { ...manifest, smokeTest, seconds }
    await writeManifest(folder, complete)
    await moveIn(folder, backendsDir)
    return complete
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
}

/** Operations of ours, compiled into the binding (ops/ has their general forms). */
const operationsFile = 'virtlab_operations.cpp'

/** Folder names of installations in the making, followed by the process's id. */
const STAGING = '.installing-'

/** What interrupted installations left: nobody makes anything of a folder whose process is gone. */
async function removeAbandoned(backendsDir: string): Promise<void> {
  for (const name of await readdir(backendsDir)) {
    const pid = Number(name.startsWith(STAGING) && name.slice(STAGING.length).split('-')[0])
    if (pid > 0 && !isProcessAlive(pid)) {
      await rm(join(backendsDir, name), { recursive: true, force: true })
    }
  }
}

/** Deletes the installation. Returns whether there was one. */
export async function removeTensorflow(backendsDir: string): Promise<boolean> {
  const folder = installationFolder(backendsDir)
  const there = await stat(folder).catch(() => undefined)
  await rm(folder, { recursive: true, force: true })
  return there !== undefined
}

type Step = <T>(title: string, work: (note: (line: string) => void) => Promise<T>) => Promise<T>

/** `[2/6] binding source … 1.3 s`, with notes indented below. */
function createSteps(report: (line: string) => void, total: number): Step {
  let number = 0
  return async (title, work) => {
    const head = `[${++number}/${total}] ${title}`
    report(`${head} …`)
    const start = performance.now()
    const result = await work((line) => report(`      ${line}`))
    report(`${head}: done in ${((performance.now() - start) / 1000).toFixed(1)} s`)
    return result
  }
}

function checkPlatform(): void {
  if (process.platform === 'win32') {
    throw new UserError('on Windows the binding is not built here', {
      fix: 'npm install @tensorflow/tfjs-node-gpu@4.22.0 beside Virtlab brings a prebuilt one; or use --backend wasm',
    })
  }
}

async function describe(
  folder: string,
  compiler: { name: string },
  tensorflow: TensorflowFolder,
  { cuda }: InstallOptions,
): Promise<TensorflowManifest> {
  const names = await findLibraries(tensorflow.folder)
  const libraries = await Promise.all(
    names.map(async (name) => {
      const path = join(tensorflow.folder, name)
      return { name, bytes: (await stat(path)).size, sha256: await sha256OfFile(path) }
    }),
  )
  const packages = [tfjsNode, googleProtobuf, nodeApiHeaders]
  return {
    format: 1,
    createdAt: new Date().toISOString(),
    seconds: 0,
    packages: Object.fromEntries(
      packages.map(({ name, version, integrity }) => [name, { version, integrity }]),
    ),
    tensorflow: {
      version: tensorflow.version,
      origin: tensorflow.origin,
      cuda: cuda ?? false,
      folder: isInside(folder, tensorflow.folder)
        ? relative(folder, tensorflow.folder)
        : tensorflow.folder,
      libraries,
    },
    binding: {
      sha256: await sha256OfFile(join(folder, 'package', bindingFile)),
      compiler: compiler.name,
      node: process.version,
      napi: process.versions.napi ?? 'unknown',
    },
    smokeTest: { device: 'not tested', gflops: 0 },
  }
}

async function writeManifest(folder: string, manifest: TensorflowManifest): Promise<void> {
  await writeFile(join(folder, manifestFile), `${JSON.stringify(manifest, null, 2)}\n`)
}

/** Puts the finished folder in place; the one before is put back when that fails. */
async function moveIn(folder: string, backendsDir: string): Promise<void> {
  const target = installationFolder(backendsDir)
  const before = join(backendsDir, `.before-${process.pid}`)
  const hadOne = await rename(target, before).then(
    () => true,
    () => false,
  )
  try {
    await rename(folder, target)
  } catch (error) {
    if (hadOne) await rename(before, target)
    throw error
  }
  await rm(before, { recursive: true, force: true })
}

function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return !way.startsWith('..') && !isAbsolute(way)
}
