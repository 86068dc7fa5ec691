import { onTestFinished } from 'vitest'
import { createApi, type Api } from '../../src-main/api/index.ts'
import { createCore, type Core } from '../../src-main/core.ts'
import { temporaryDataFolder } from '../support/temporary.ts'

/** A core on a data folder of the test's own, and the API that the window talks to. */
export function windowApi(): { core: Core; api: Api } {
  const core = createCore({ dataFolder: temporaryDataFolder() })
  onTestFinished(() => core.close())
  return { core, api: createApi(core, { kind: 'window' }) }
}
