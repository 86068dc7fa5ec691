import * as tf from '@tensorflow/tfjs-core'
import { UserError } from '../../../src-shared/errors.ts'
import type { BackendChoice, BackendName } from '../../../src-shared/config/run.ts'
import type { ActiveBackend } from './backend.ts'
import { cpuBackend } from './cpu.ts'
import type { BackendDefinition } from './definition.ts'
import { tensorflow } from './tensorflow/index.ts'
import { wasm } from './wasm/index.ts'
import { webgpu } from './webgpu.ts'

export { probeBackends } from './probe/index.ts'

/** Every backend, best first: `auto` takes the first that is usable. */
export const backendDefinitions: readonly BackendDefinition[] = [
  tensorflow,
  webgpu,
  wasm,
  cpuBackend,
]

/**
 * Makes a backend tfjs's global one.
 * @param choice a name, or `auto` for the best that is usable here
 * @param backendsDir the data folder's `backends`, where native bindings are installed
 * @throws UserError when a backend asked for by name is not usable, with the reason and what to do
 */
export async function activateBackend(
  choice: BackendChoice,
  backendsDir: string,
): Promise<ActiveBackend> {
  tf.enableProdMode() // else the cpu backend advertises another package on stderr
  if (choice !== 'auto') return definitionOf(choice).activate({ backendsDir, byName: true })
  const reasons: string[] = []
  for (const definition of backendDefinitions) {
    try {
      return await definition.activate({ backendsDir, byName: false })
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      reasons.push(`${definition.name}: ${error.message}`)
    }
  }
  throw new UserError(`no backend is usable (${reasons.join('; ')})`, { fix: 'run virtlab doctor' })
}

function definitionOf(name: BackendName): BackendDefinition {
  const definition = backendDefinitions.find((one) => one.name === name)
  if (!definition) throw new UserError(`there is no backend ${name}`)
  return definition
}
