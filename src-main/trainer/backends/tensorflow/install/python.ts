import { UserError } from '../../../../../src-shared/errors.ts'
import { CommandError, runCommand } from './run-command.ts'

/** What Virtlab needs to know of a Python interpreter. */
export interface Python {
  path: string
  version: [major: number, minor: number]
  canMakeVenv: boolean
  /** The tensorflow it has, if any. */
  tensorflow: { folder: string; version: string } | null
}

/** TensorFlow 2.21 publishes wheels for these. */
const supportedMinors = [10, 11, 12, 13]

/** The interpreter the user named. @throws UserError */
export async function openPython(path: string, env: NodeJS.ProcessEnv): Promise<Python> {
  const python = await describePython(path, env)
  if (python) return python
  throw new UserError('this is not a Python 3 interpreter that can be started', {
    where: `--python ${path}`,
    fix: 'give the path of python3, e.g. --python /usr/bin/python3',
  })
}

/** An interpreter on the PATH that TensorFlow has wheels for and that can make a venv. @throws UserError */
export async function findPython(env: NodeJS.ProcessEnv): Promise<Python> {
  const names = ['python3', ...supportedMinors.toReversed().map((minor) => `python3.${minor}`)]
  const found: Python[] = []
  for (const name of names) {
    const python = await describePython(name, env)
    if (!python) continue
    if (isSupported(python) && python.canMakeVenv) return python
    found.push(python)
  }
  const range = `3.${supportedMinors[0]} to 3.${supportedMinors.at(-1)}`
  if (found.length === 0) {
    throw new UserError('Python is needed to fetch TensorFlow’s library, and there is none', {
      fix: `install Python ${range} with its venv module (Debian, Ubuntu: apt install python3-venv), name one with --python, or give a folder with the wheel: --wheel DIR`,
    })
  }
  const withoutVenv = found.find(isSupported)
  if (withoutVenv) {
    throw new UserError(`${withoutVenv.path} lacks the modules venv and ensurepip`, {
      fix: 'install them (Debian, Ubuntu: apt install python3-venv), or give another interpreter with --python',
    })
  }
  const versions = found.map(({ version }) => version.join('.')).join(', ')
  throw new UserError(`TensorFlow has no wheel for Python ${versions}`, {
    fix: `install Python ${range}, or name an interpreter with --python`,
  })
}

export function isSupported({ version: [major, minor] }: Python): boolean {
  return major === 3 && supportedMinors.includes(minor)
}

const describeScript = `
import json, sys
from importlib import metadata, util
def tensorflow():
    spec = util.find_spec("tensorflow")
    if spec is None or not spec.submodule_search_locations:
        return None
    for name in ("tensorflow", "tensorflow-cpu", "tensorflow-rocm", "tf-nightly", "tf-nightly-cpu"):
        try:
            return {"folder": list(spec.submodule_search_locations)[0], "version": metadata.version(name)}
        except metadata.PackageNotFoundError:
            pass
    return {"folder": list(spec.submodule_search_locations)[0], "version": "unknown"}
print(json.dumps({
    "path": sys.executable,
    "version": list(sys.version_info[:2]),
    "canMakeVenv": util.find_spec("venv") is not None and util.find_spec("ensurepip") is not None,
    "tensorflow": tensorflow(),
}))
`

async function describePython(path: string, env: NodeJS.ProcessEnv): Promise<Python | undefined> {
  try {
    const answer = await runCommand(path, ['-c', describeScript], { env, timeoutMs: 60_000 })
    return JSON.parse(answer) as Python
  } catch (error) {
    if (error instanceof CommandError || error instanceof SyntaxError) return undefined
    throw error
  }
}
