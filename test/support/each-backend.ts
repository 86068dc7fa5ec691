import { existsSync } from 'node:fs'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'

/** Backends that numeric tests run on. */
export const testBackends = ['cpu'] as const

export async function useBackend(name: string): Promise<void> {
  await tf.setBackend(name)
}
void existsSync
