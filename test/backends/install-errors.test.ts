import { chmodSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { UserError } from '../../src-shared/errors.ts'
import {
  installTensorflow,
  type InstallOptions,
} from '../../src-main/trainer/backends/tensorflow/install/index.ts'
import { cacheFolder } from '../../src-main/trainer/backends/tensorflow/install/cache-folder.ts'
import { temporaryFolder } from '../support/tiny-task.ts'

/** What the user is told when a part is missing. Programs are found on a PATH that holds these alone. */
describe('virtlab backend install tensorflow says what is missing', () => {
  it('a compiler', async () => {
    const error = await failure({ programs: ['tar', 'python3'] })
    expect(error.message).toBe('a C++ compiler is needed to build the binding, and there is none')
    expect(error.fix).toMatch(/apt install g\+\+|xcode-select/)
  })

  it('the compiler that CXX names', async () => {
    const error = await failure({ programs: ['g++'], env: { CXX: 'g++-1999' } })
    expect(error.where).toBe('CXX=g++-1999')
  })

  it('npm, where the source is not in the cache', async () => {
    const error = await failure({ programs: ['tar', 'python3'], scripts: { 'g++': 'echo g++ 13' } })
    expect(error.message).toMatch(/^npm is needed/)
  })

  it('the npm registry', async () => {
    const npm = 'echo "npm error code ENOTFOUND" >&2; exit 1'
    const error = await failure({ scripts: { 'g++': 'echo g++ 13', npm } })
    expect(error.message).toBe(
      'npm could not fetch @tensorflow/tfjs-node-gpu@4.22.0: npm error code ENOTFOUND',
    )
    expect(error.fix).toMatch(/network/)
  })

  it('a package that is not the expected one', async () => {
    const npm = 'echo changed > "$4/p.tgz"; echo \'[{"filename": "p.tgz"}]\''
    const error = await failure({ scripts: { 'g++': 'echo g++ 13', npm } })
    expect(error.message).toMatch(/is not the package that was expected/)
  })

  it('Python', async () => {
    const error = await failure({ ...sources })
    expect(error.message).toBe('Python is needed to fetch TensorFlow’s library, and there is none')
    expect(error.fix).toMatch(/python3-venv.*--python.*--wheel DIR/)
  })

  it('a Python that TensorFlow has wheels for', async () => {
    const python3 = describes({ version: [3, 8], canMakeVenv: true })
    const error = await failure({ ...sources, scripts: { ...sources.scripts, python3 } })
    expect(error.message).toBe('TensorFlow has no wheel for Python 3.8')
    expect(error.fix).toMatch(/3\.10 to 3\.13/)
  })

  it('Python’s venv module', async () => {
    const python3 = describes({ version: [3, 12], canMakeVenv: false })
    const error = await failure({ ...sources, scripts: { ...sources.scripts, python3 } })
    expect(error.message).toMatch(/lacks the modules venv and ensurepip/)
    expect(error.fix).toMatch(/apt install python3-venv/)
  })

  it('the interpreter that --python names', async () => {
    const error = await failure({ ...sources, python: '/nowhere/python3' })
    expect(error.where).toBe('--python /nowhere/python3')
    expect(error.message).toMatch(/not a Python 3 interpreter/)
  })

  it('tensorflow in the interpreter that --python names', async () => {
    const python = join(
      scriptFolder({ python3: describes({ version: [3, 11], canMakeVenv: true }) }),
      'python3',
    )
    const error = await failure({ ...sources, python })
    expect(error.message).toBe('Python 3.11 has no tensorflow')
    expect(error.fix).toMatch(/-m pip install/)
  })

  it('a wheel in the folder that --wheel names', async () => {
    const wheel = temporaryFolder()
    const error = await failure({ ...sources, wheel })
    expect(error.where).toBe(`--wheel ${wheel}`)
    expect(error.message).toMatch(/neither tensorflow\/ .* nor tensorflow\*\.whl/)
  })

  it('headers in an unpacked wheel', async () => {
    const wheel = temporaryFolder()
    mkdirSync(join(wheel, 'tensorflow'))
    const error = await failure({ ...sources, wheel })
    expect(error.message).toBe('TensorFlow’s C headers are missing')
    expect(error.where).toBe(join(wheel, 'tensorflow/include'))
  })

  it('libraries in an unpacked wheel', async () => {
    const wheel = temporaryFolder()
    mkdirSync(join(wheel, 'tensorflow/include/tensorflow/c/eager'), { recursive: true })
    writeFileSync(join(wheel, 'tensorflow/include/tensorflow/c/eager/c_api.h'), '')
    const error = await failure({ ...sources, wheel })
    expect(error.message).toBe('libtensorflow_cc is missing')
  })

  it('and clears away what an interrupted installation left, but not a running one', async () => {
    const left = join(temporaryFolder(), 'backends')
    mkdirSync(join(left, '.installing-99999999-abc'), { recursive: true })
    mkdirSync(join(left, `.installing-${process.pid}-abc`))
    const options = { backendsDir: left, report: () => undefined, env: { PATH: '' } }
    await expect(installTensorflow(options)).rejects.toThrow('a C++ compiler is needed')
    expect(readdirSync(left)).toEqual([`.installing-${process.pid}-abc`])
  })

  it('both --python and --wheel', async () => {
    const error = await failure({ python: 'python3', wheel: '/somewhere' })
    expect(error.message).toBe('--python and --wheel exclude each other')
  })
})

interface Machine extends Pick<InstallOptions, 'python' | 'wheel'> {
  /** Real programs on the PATH. */
  programs?: string[]
  /** Shell scripts on the PATH. */
  scripts?: Record<string, string>
  env?: Record<string, string>
}

/** A machine that has the sources: npm brings them or the cache has them, and tar makes up what is checked for. */
const sources: Machine = {
  programs: ['npm', 'node', 'mkdir', 'touch'],
  scripts: {
    'g++': 'echo g++ 13',
    tar: 'mkdir -p "$5/include" "$5/binding"; touch "$5/include/node_api.h"',
  },
}

/** What an interpreter answers to the question what it is. */
const describes = (python: { version: number[]; canMakeVenv: boolean }) =>
  `echo '${JSON.stringify({ path: '/made/up/python3', tensorflow: null, ...python })}'`

/** Installs on that machine, and returns what the user is told. Nothing may be left behind. */
async function failure({
  programs = [],
  scripts = {},
  env = {},
  ...options
}: Machine): Promise<UserError> {
  const backendsDir = temporaryFolder()
  const folder = scriptFolder(scripts)
  for (const program of programs) symlinkSync(locate(program), join(folder, program))
  const cache = programs.includes('npm') ? cacheFolder() : temporaryFolder()
  const error = await installTensorflow({
    ...options,
    backendsDir,
    report: () => undefined,
    env: { ...process.env, CXX: undefined, PATH: folder, VIRTLAB_CACHE: cache, ...env },
  }).then(
    () => undefined,
    (thrown: unknown) => thrown as UserError,
  )
  expect(error?.name).toBe('UserError')
  expect(readdirSync(backendsDir)).toEqual([])
  return error!
}

function scriptFolder(scripts: Record<string, string>): string {
  const folder = temporaryFolder()
  for (const [name, body] of Object.entries(scripts)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${body}\n`)
    chmodSync(join(folder, name), 0o755)
  }
  return folder
}

function locate(program: string): string {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const found = folders.map((folder) => join(folder, program)).find((path) => existsSync(path))
  if (!found) throw new Error(`this test needs ${program}`)
  return found
}
