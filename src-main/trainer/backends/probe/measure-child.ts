/** node measure-child.ts NAME BACKENDS_DIR: see measure-in-child.ts. */
import { backendChoice } from '../../../../src-shared/config/run.ts'
import { UserError } from '../../../../src-shared/errors.ts'
import { activateBackend } from '../index.ts'
import { measureMatMul } from './measure-mat-mul.ts'
import type { Measurement } from './measure-in-child.ts'

async function measure(): Promise<Measurement> {
  const [name, backendsDir = ''] = process.argv.slice(2)
  try {
    const { device } = await activateBackend(backendChoice.parse(name), backendsDir)
    return { ok: true, device, gflops: await measureMatMul() }
  } catch (error) {
    if (error instanceof UserError) {
      const { message, fix } = error
      return { ok: false, reason: message, ...(fix === undefined ? {} : { fix }) }
    }
    return { ok: false, reason: error instanceof Error ? error.message : String(error) }
  }
}

const answer = await measure()
// Some backends keep the process alive or crash while it winds down: leave once the answer is out.
process.stdout.write(`${JSON.stringify(answer)}\n`, () => process.exit(0))
