/** node webgpu-adapter.ts: says what WebGPU would compute on. */
import { describe, isSoftware, openAdapter } from '../webgpu.ts'
import { answer } from './answer.ts'
import type { AdapterAnswer } from './answers.ts'

await answer(async (): Promise<AdapterAnswer> => {
  const info = await openAdapter()
  return { ok: true, device: describe(info), software: isSoftware(info) }
})
