import { expect, test } from 'vitest'
import { createHandlers } from '../../src-main/api/index.ts'
import { createDownloads } from '../../src-main/api/downloads.ts'
import { createEventHub } from '../../src-main/api/event-hub.ts'
import { createQueueWorker } from '../../src-main/api/queue-worker.ts'
import { createModelUser } from '../../src-main/use/model-user.ts'
import { callNames } from '../../src-shared/contract/index.ts'
import { temporaryCore } from '../support/served.ts'

test('every call of the contract has a handler, and every handler is a call of the contract', () => {
  const core = temporaryCore()
  const events = createEventHub()
  const worker = createQueueWorker(core, events)
  const models = createModelUser(core)
  const downloads = createDownloads(core.folder.root)
  const shell = { kind: 'served' } as const
  const handlers = createHandlers({ core, events, worker, models, shell, downloads })
  expect(Object.keys(handlers).sort()).toEqual([...callNames].sort())
})
