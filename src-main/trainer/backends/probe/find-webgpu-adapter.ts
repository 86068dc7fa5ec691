import { UserError } from '../../../../src-shared/errors.ts'
import { adapterAnswer, type AdapterAnswer } from './answers.ts'
import { askChild } from './ask-child.ts'

/**
 * What WebGPU would compute on, looked up in a process of its own: a driver that crashes or hangs must not take
 * down a run that did not ask for WebGPU.
 */
export function findAdapterInChild(): Promise<AdapterAnswer> {
  return askChild('webgpu-adapter', [], adapterAnswer, { timeoutMs: 20_000 })
}

export function softwareAdapter(device: string): UserError {
  return new UserError(`${device} is a software adapter, slower than wasm`, {
    fix: 'use --backend webgpu to run on it all the same',
  })
}
