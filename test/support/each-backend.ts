import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { activateBackend } from '../../src-main/trainer/backends/index.ts'
import type { ActiveBackend } from '../../src-main/trainer/backends/backend.ts'
import type { BackendName } from '../../src-shared/config/run.ts'

const dataFolder = process.env['VIRTLAB_DATA']
const backendsDir = join(dataFolder ?? '', 'backends')
const hasTensorflow = dataFolder !== undefined && existsSync(join(backendsDir, 'tensorflow'))
if (!hasTensorflow) {
  console.warn('skipping the tensorflow backend: it is not installed in $VIRTLAB_DATA/backends')
}

/** Backends that numeric tests run on. */
export const testBackends: BackendName[] = [
  'cpu',
  'wasm',
  ...(hasTensorflow ? (['tensorflow'] as const) : []),
]

/** The same without plain JavaScript, for models of real size. */
export const fastBackends = testBackends.filter((name) => name !== 'cpu')

export function useBackend(name: BackendName): Promise<ActiveBackend> {
  return activateBackend(name, backendsDir)
}
