import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { z } from 'zod'
import { UserError } from '../../../../src-shared/errors.ts'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/)

/** `manifest.json` of `<backendsDir>/tensorflow`: what lies there and how it came about. */
export const manifestSchema = z.strictObject({
  format: z.literal(1),
  createdAt: z.iso.datetime(),
  seconds: z.number().describe('That the installation took'),
  packages: z.record(z.string(), z.strictObject({ version: z.string(), integrity: z.string() })),
  tensorflow: z.strictObject({
    version: z.string(),
    origin: z.enum(['pip', 'python', 'wheel']),
    cuda: z.boolean(),
    /** Folder of libtensorflow; relative to the manifest's where it is part of the installation. */
    folder: z.string(),
    libraries: z.array(z.strictObject({ name: z.string(), bytes: z.int(), sha256 })),
  }),
  binding: z.strictObject({ sha256, compiler: z.string(), node: z.string(), napi: z.string() }),
  smokeTest: z.strictObject({ device: z.string(), gflops: z.number() }),
})
export type TensorflowManifest = z.infer<typeof manifestSchema>

/** A copy of the npm package tfjs-node-gpu whose binding is built. */
export interface TensorflowInstallation {
  packageDir: string
  bindingPath: string
  /** Absent for a copy that npm itself installed beside the application. */
  manifest: TensorflowManifest | undefined
}

export const installationFolder = (backendsDir: string): string => join(backendsDir, 'tensorflow')
export const manifestFile = 'manifest.json'
/** Where the package expects its binding; N-API 8 fits every Node from 12.22 on. */
export const bindingFile = join('lib', 'napi-v8', 'tfjs_binding.node')

/**
 * The installation to load: the data folder's, else the one in node_modules (where npm could install it).
 * @throws UserError when there is none, or what there is lacks a part
 */
export function findInstallation(backendsDir: string): TensorflowInstallation {
  const folder = installationFolder(backendsDir)
  const manifestPath = join(folder, manifestFile)
  if (existsSync(manifestPath)) return openInstallation(folder, manifestPath)
  const packageDir = packageInNodeModules()
  const bindingPath = packageDir && join(packageDir, bindingFile)
  if (packageDir && bindingPath && existsSync(bindingPath)) {
    return { packageDir, bindingPath, manifest: undefined }
  }
  throw new UserError('TensorFlow is not installed', {
    fix: 'virtlab backend install tensorflow (with --cuda for an NVIDIA GPU)',
  })
}

function openInstallation(folder: string, manifestPath: string): TensorflowInstallation {
  const parsed = manifestSchema.safeParse(readJson(manifestPath))
  if (!parsed.success) throw broken('its manifest.json is damaged or of another Virtlab', folder)
  const manifest = parsed.data
  const packageDir = join(folder, 'package')
  const bindingPath = join(packageDir, bindingFile)
  const libraries = resolve(folder, manifest.tensorflow.folder)
  const needed = [
    bindingPath,
    ...manifest.tensorflow.libraries.map(({ name }) => join(libraries, name)),
  ]
  const missing = needed.find((path) => !existsSync(path))
  if (missing) throw broken(`${missing} is missing`, folder)
  return { packageDir, bindingPath, manifest }
}

function broken(what: string, folder: string): UserError {
  return new UserError(`the TensorFlow installation is not whole: ${what}`, {
    where: folder,
    fix: 'install it again: virtlab backend install tensorflow',
  })
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined
  }
}

function packageInNodeModules(): string | undefined {
  try {
    const require = createRequire(import.meta.url)
    return dirname(require.resolve('@tensorflow/tfjs-node-gpu/package.json'))
  } catch {
    return undefined
  }
}
