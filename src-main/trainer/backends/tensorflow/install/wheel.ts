import { existsSync } from 'node:fs'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { UserError } from '../../../../../src-shared/errors.ts'
import { findPython, isSupported, openPython, type Python } from './python.ts'
import { CommandError, runCommand } from './run-command.ts'

/** The TensorFlow that Virtlab is tested with. */
export const tensorflowVersion = '2.21.*'

/** A folder `tensorflow/` of a wheel, with libtensorflow and its headers. */
export interface TensorflowFolder {
  folder: string
  version: string
  origin: 'pip' | 'python' | 'wheel'
}

export interface WheelRequest {
  cuda: boolean
  /** An interpreter that has tensorflow already. */
  python?: string | undefined
  /** A folder with an unpacked wheel's `tensorflow/`, or with .whl files. */
  wheel?: string | undefined
  /** Where a venv may be made. */
  venvDir: string
  cacheDir: string
  env: NodeJS.ProcessEnv
  note: (line: string) => void
}

/** TensorFlow's library from where the user wants it: an interpreter's, an unpacked wheel's, or a new venv's. */
export async function provideTensorflow(request: WheelRequest): Promise<TensorflowFolder> {
  if (request.wheel !== undefined) return fromWheelFolder(request, resolve(request.wheel))
  if (request.python !== undefined) {
    const python = await openPython(request.python, request.env)
    if (python.tensorflow) return { ...python.tensorflow, origin: 'python' }
    throw new UserError(`Python ${python.version.join('.')} has no tensorflow`, {
      where: `--python ${request.python}`,
      fix: `${request.python} -m pip install 'tensorflow-cpu==${tensorflowVersion}', or leave --python away`,
    })
  }
  const python = await findPython(request.env)
  const wheels = join(request.cacheDir, 'wheels')
  return installInVenv(request, python, { wheels, mayDownload: true, origin: 'pip' })
}

async function fromWheelFolder(request: WheelRequest, folder: string): Promise<TensorflowFolder> {
  const where = `--wheel ${request.wheel}`
  const names = existsSync(folder) ? await readdir(folder) : []
  if (names.includes('tensorflow')) {
    const info = names.find((name) => /^tensorflow.*\.dist-info$/i.test(name))
    const version = info?.match(/-([^-]+)\.dist-info$/)?.[1] ?? 'unknown'
    return { folder: join(folder, 'tensorflow'), version, origin: 'wheel' }
  }
  if (!names.some((name) => /^tensorflow.*\.whl$/.test(name))) {
    throw new UserError(
      'the folder holds neither tensorflow/ of an unpacked wheel nor tensorflow*.whl',
      {
        where,
        fix: `get a wheel with: pip download 'tensorflow-cpu==${tensorflowVersion}' --no-deps`,
      },
    )
  }
  const python = await findPython(request.env)
  return installInVenv(request, python, { wheels: folder, mayDownload: false, origin: 'wheel' })
}

/**
 * A venv with the wheel, from the wheels at hand where they do, else downloaded into them first. Only what the
 * binding needs is installed: the wheel itself, and with CUDA NVIDIA's libraries.
 */
async function installInVenv(
  { cuda, venvDir, env, note }: WheelRequest,
  python: Python,
  source: { wheels: string; mayDownload: boolean; origin: 'pip' | 'wheel' },
): Promise<TensorflowFolder> {
  if (!isSupported(python)) throw new Error(`TensorFlow has no wheel for ${python.path}`)
  note(`Python ${python.version.join('.')}: ${python.path}`)
  try {
    await runCommand(python.path, ['-m', 'venv', venvDir], { env, timeoutMs: 300_000 })
  } catch (error) {
    throw explain(error, 'the Python environment could not be made', {
      fix: 'install python3-venv, or give another interpreter with --python',
    })
  }
  const venvPython = join(
    venvDir,
    process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python',
  )
  const pip = (args: string[]) =>
    runCommand(venvPython, ['-m', 'pip', '--disable-pip-version-check', '--no-input', ...args], {
      env,
      onLine: (line) => {
        if (/^\s*Downloading /.test(line)) note(line.trim())
      },
    })
  const requirement = cuda
    ? `tensorflow[and-cuda]==${tensorflowVersion}`
    : `${cpuDistribution()}==${tensorflowVersion}`
  const noDependencies = cuda ? [] : ['--no-deps']
  const install = () =>
    pip([
      ...['install', '--no-index', '--find-links', source.wheels, '--no-compile'],
      ...noDependencies,
      requirement,
    ])

  await mkdir(source.wheels, { recursive: true })
  try {
    await install()
    note(`from wheels in ${source.wheels}`)
  } catch (error) {
    if (!source.mayDownload) {
      throw explain(error, `the wheels do not give ${requirement} for this Python`, {
        where: source.wheels,
        fix: `get one with: ${python.path} -m pip download '${requirement}' ${noDependencies.join(' ')}`,
      })
    }
    await downloadWheels(pip, [...noDependencies, requirement], source.wheels)
    await install()
  }
  const installed = await openPython(venvPython, env)
  if (!installed.tensorflow) throw new Error('pip reported success, but there is no tensorflow')
  if (!cuda) await dropUnused(installed.tensorflow.folder)
  return { ...installed.tensorflow, origin: source.origin }
}

async function downloadWheels(
  pip: (args: string[]) => Promise<string>,
  what: string[],
  wheels: string,
): Promise<void> {
  try {
    await pip([
      'download',
      '--progress-bar',
      'off',
      '--only-binary',
      ':all:',
      '--dest',
      wheels,
      ...what,
    ])
  } catch (error) {
    throw explain(error, 'pip could not download TensorFlow', {
      fix: 'check the network and pip’s index (pip config list), or bring the wheel: --wheel DIR',
    })
  }
}

/** TensorFlow publishes no `tensorflow-cpu` for macOS, where `tensorflow` is for the CPU alone. */
function cpuDistribution(): string {
  return process.platform === 'darwin' ? 'tensorflow' : 'tensorflow-cpu'
}

/** TensorFlow's own Python code; the binding needs the libraries and, until it is compiled, the headers. */
async function dropUnused(folder: string): Promise<void> {
  for (const name of ['python', 'lite', 'compiler', '_api']) {
    await rm(join(folder, name), { recursive: true, force: true })
  }
}

function explain(error: unknown, what: string, details: { where?: string; fix: string }): unknown {
  if (!(error instanceof CommandError)) return error
  return new UserError(`${what}: ${error.tail(4) || error.message}`, { ...details, cause: error })
}
