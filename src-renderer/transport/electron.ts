import { ApiError, type Transport } from '@shared/contract/index.ts'
import type { WindowBridge } from '@shared/window-bridge.ts'

/** Over the preload script's bridge; structured clone carries typed arrays as they are. */
export function electronTransport(bridge: WindowBridge): Transport {
  return {
    async call(name, input) {
      const result = await bridge.call(name, input)
      if (!result.ok) throw new ApiError(result.error)
      return result.output
    },
    subscribe: (event, listener) => bridge.subscribe(event, listener),
  }
}
