/** node measure-child.ts NAME BACKENDS_DIR: activates a backend and measures it. */
import { backendChoice } from '../../../../src-shared/config/run.ts'
import { activateBackend } from '../index.ts'
import { answer } from './answer.ts'
import type { Measurement } from './answers.ts'
import { measureMatMul } from './measure-mat-mul.ts'

await answer(async (): Promise<Measurement> => {
  const [name, backendsDir = ''] = process.argv.slice(2)
  const { device, outdated = false } = await activateBackend(backendChoice.parse(name), backendsDir)
  return { ok: true, device, gflops: await measureMatMul(), outdated }
})
