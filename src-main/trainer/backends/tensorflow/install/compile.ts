import { existsSync } from 'node:fs'
import { mkdir, readdir } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { UserError } from '../../../../../src-shared/errors.ts'
import { CommandError, runCommand } from './run-command.ts'

export interface CompileRequest {
  /** Unpacked tfjs-node, with its `binding/*.cc` and our operations (`.cpp`) among them. */
  packageDir: string
  /** Unpacked node-api-headers. */
  headersDir: string
  /** A wheel's `tensorflow/`. */
  tensorflowDir: string
  /** The libraries belong to the installation and move with it. */
  relocatable: boolean
  output: string
  env: NodeJS.ProcessEnv
}

/** The compiler that is there. @throws UserError when there is none */
export async function findCompiler(
  env: NodeJS.ProcessEnv,
): Promise<{ path: string; name: string }> {
  for (const path of env['CXX'] ? [env['CXX']] : ['g++', 'clang++', 'c++']) {
    try {
      const answer = await runCommand(path, ['--version'], { env, timeoutMs: 30_000 })
      return { path, name: answer.split('\n')[0]!.trim() }
    } catch (error) {
      if (!(error instanceof CommandError)) throw error
    }
  }
  throw new UserError('a C++ compiler is needed to build the binding, and there is none', {
    ...(env['CXX'] ? { where: `CXX=${env['CXX']}` } : {}),
    fix:
      process.platform === 'darwin'
        ? 'install one: xcode-select --install'
        : 'install one (Debian, Ubuntu: apt install g++; Fedora: dnf install gcc-c++), or name it in CXX',
  })
}

/** TensorFlow's two libraries in a wheel's folder. @throws UserError when one is missing */
export async function findLibraries(
  tensorflowDir: string,
): Promise<[cc: string, framework: string]> {
  const names = existsSync(tensorflowDir) ? await readdir(tensorflowDir) : []
  const find = (stem: string) => {
    const name = names.find((one) => /\.(so|dylib)/.test(one) && one.startsWith(`${stem}.`))
    if (name) return name
    throw new UserError(`${stem} is missing`, {
      where: tensorflowDir,
      fix: 'give the folder of a whole TensorFlow 2.21 wheel, or let Virtlab fetch one (no --wheel, no --python)',
    })
  }
  return [find('libtensorflow_cc'), find('libtensorflow_framework')]
}

/** Compiles tfjs-node's binding against a wheel's libtensorflow. Takes some ten seconds. */
export async function compileBinding(
  compiler: { path: string },
  { packageDir, headersDir, tensorflowDir, relocatable, output, env }: CompileRequest,
): Promise<void> {
  const include = join(tensorflowDir, 'include')
  if (!existsSync(join(include, 'tensorflow/c/eager/c_api.h'))) {
    throw new UserError('TensorFlow’s C headers are missing', {
      where: include,
      fix: 'use a wheel of TensorFlow 2.21, whose tensorflow/include has them',
    })
  }
  const nodeInclude = join(headersDir, 'include')
  if (!existsSync(join(nodeInclude, 'node_api.h'))) {
    throw new UserError('Node’s N-API headers are missing', { where: nodeInclude })
  }
  const libraries = await findLibraries(tensorflowDir)
  const sources = (await readdir(join(packageDir, 'binding'))).filter((name) =>
    /\.(cc|cpp)$/.test(name),
  )
  await mkdir(dirname(output), { recursive: true })
  const origin = process.platform === 'darwin' ? '@loader_path' : '$ORIGIN'
  const runtimePath = relocatable
    ? `${origin}/${relative(dirname(output), tensorflowDir)}`
    : tensorflowDir
  const args = [
    ...['-std=c++17', '-O3', '-shared', '-fPIC', '-DNAPI_VERSION=8', '-DNDEBUG', '-w'],
    // Loops with sums vectorise; not -ffast-math, under which a NaN would not be found.
    ...['-fno-math-errno', '-fno-trapping-math', '-fno-signed-zeros', '-fassociative-math'],
    ...['-I', nodeInclude, '-I', include],
    ...sources.toSorted().map((name) => join(packageDir, 'binding', name)),
    ...libraries.map((name) => join(tensorflowDir, name)),
    `-Wl,-rpath,${runtimePath}`,
    ...(process.platform === 'darwin' ? ['-undefined', 'dynamic_lookup'] : []),
    ...['-o', output],
  ]
  try {
    await runCommand(compiler.path, args, { env, timeoutMs: 600_000 })
  } catch (error) {
    if (!(error instanceof CommandError)) throw error
    const errors = error.output.split('\n').filter((line) => /error/i.test(line))
    throw new UserError(
      `the binding does not compile: ${errors.slice(0, 3).join('\n') || error.tail()}`,
      {
        where: join(packageDir, 'binding'),
        fix: 'use GCC 9 or newer (or clang 10) and TensorFlow 2.21',
        cause: error,
      },
    )
  }
}
