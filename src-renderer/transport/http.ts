import type { Transport } from '@shared/contract/index.ts'

export async function httpTransport(): Promise<Transport> {
  await Promise.resolve()
  return {
    call: async () => {
      throw new Error('not wired yet')
    },
    subscribe: () => () => undefined,
  }
}
