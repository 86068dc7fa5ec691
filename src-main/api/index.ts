import { z } from 'zod'
import {
  ApiError,
  contract,
  type CallName,
  type CallOutput,
  type Transport,
} from '../../src-shared/contract/index.ts'
import { UserError } from '../../src-shared/errors.ts'
import type { Core } from '../core.ts'
import { createModelUser } from '../use/model-user.ts'
import { attentionHandlers } from './attention/handlers.ts'
import { configHandlers } from './config.ts'
import type { ApiContext, Handlers } from './context.ts'
import { dataHandlers } from './data/handlers.ts'
import { doctorHandlers } from './doctor.ts'
import { efficiencyHandlers } from './efficiency/handlers.ts'
import { createDownloads, type Downloads } from './downloads.ts'
import { createEventHub, type EventHub } from './event-hub.ts'
import { exportHandlers } from './export.ts'
import { figureHandlers } from './figure.ts'
import { fileHandlers } from './files/handlers.ts'
import { importHandlers } from './import/handlers.ts'
import { playgroundHandlers } from './playground.ts'
import { queueHandlers } from './queue.ts'
import { createQueueWorker, type QueueWorker } from './queue-worker.ts'
import { recipeHandlers, trainHandlers } from './recipe/handlers.ts'
import { checkpointHandlers } from './runs/checkpoints.ts'
import { runColumnHandlers } from './runs/columns.ts'
import { runDetailHandlers } from './runs/detail.ts'
import { runLabelHandlers } from './runs/labels.ts'
import { runLifecycleHandlers } from './runs/lifecycle.ts'
import { runListHandlers } from './runs/list.ts'
import { logHandlers } from './runs/logs.ts'
import { predictionHandlers } from './runs/predictions.ts'
import { systemHandlers } from './runs/system.ts'
import { seriesHandlers } from './series/buckets.ts'
import { readSettings, settingsHandlers } from './settings.ts'
import type { Shell } from './shell.ts'
import { statsHandlers } from './stats/handlers.ts'
import { tableHandlers } from './tables/handlers.ts'
import { suiteHandlers } from './suites/handlers.ts'

/** The contract, answered. Both shells (the window's IPC and the served mode) sit on this. */
export interface Api extends Transport {
  readonly events: EventHub
  /** What calls have made for the served app to send. */
  readonly downloads: Downloads
  /** Stops what is being trained (with a checkpoint, or at once) and lets go; the core is the caller's. */
  shutDown(how?: 'checkpoint' | 'kill'): Promise<void>
}

/**
 * Every call checks its input and its output by the contract's schemas. It rejects with ApiError: `user`
 * for what the user can mend, `invalid` for an input that does not fit, `defect` for a mistake of ours.
 */
export function createApi(core: Core, shell: Shell = { kind: 'served' }): Api {
  const events = createEventHub()
  core.queue.setParallel(readSettings(core.store.db).trainers)
  const worker = createQueueWorker(core, events)
  const models = createModelUser(core)
  const downloads = createDownloads(core.folder.root)
  const handlers = createHandlers({ core, events, worker, shell, models, downloads })
  return {
    events,
    downloads,
    call: (name, input) => answer(handlers, name, input),
    subscribe: (event, listener) => events.subscribe(event, listener),
    shutDown(how = 'checkpoint') {
      models.close()
      return worker.shutDown(how)
    },
  }
}

/** One handler for every call of the contract, or it does not compile. */
export function createHandlers(context: ApiContext): Handlers<CallName> {
  return {
    ...runListHandlers(context),
    ...runColumnHandlers(context),
    ...runDetailHandlers(context),
    ...runLabelHandlers(context),
    ...runLifecycleHandlers(context),
    ...logHandlers(context),
    ...systemHandlers(context),
    ...checkpointHandlers(context),
    ...predictionHandlers(context),
    ...seriesHandlers(context),
    ...configHandlers(context),
    ...recipeHandlers(context),
    ...trainHandlers(context),
    ...suiteHandlers(context),
    ...queueHandlers(context),
    ...attentionHandlers(context),
    ...dataHandlers(context),
    ...fileHandlers(context),
    ...doctorHandlers(context),
    ...settingsHandlers(context),
    ...exportHandlers(context),
    ...statsHandlers(context),
    ...tableHandlers(context),
    ...efficiencyHandlers(context),
    ...playgroundHandlers(context),
    ...importHandlers(context),
    ...figureHandlers(),
  }
}

async function answer<N extends CallName>(
  handlers: Handlers<CallName>,
  name: N,
  input: unknown,
): Promise<CallOutput<N>> {
  try {
    if (!Object.hasOwn(contract, name)) {
      throw new ApiError({ code: 'not_found', message: `there is no call ${String(name)}` })
    }
    const { input: inputSchema, output: outputSchema } = contract[name]
    const request = inputSchema.safeParse(input)
    if (!request.success) {
      const message = `${name}: ${z.prettifyError(request.error)}`
      throw new ApiError({ code: 'invalid', message })
    }
    // TypeScript does not relate the three by the name they share; the table that they come from does.
    const handler = handlers[name] as unknown as (given: unknown) => unknown
    return outputSchema.parse(await handler(request.data)) as CallOutput<N>
  } catch (error) {
    throw toApiError(error)
  }
}

/** What a caller is told; a defect leaves its stack here. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error
  if (error instanceof UserError) {
    const { message, where, fix } = error
    return new ApiError({
      code: 'user',
      message,
      ...(where === undefined ? {} : { where }),
      ...(fix === undefined ? {} : { fix }),
    })
  }
  if (error instanceof Error && /^there is no run /.test(error.message)) {
    return new ApiError({
      code: 'not_found',
      message: error.message,
      fix: 'It may have been purged.',
    })
  }
  console.error(error)
  return new ApiError({
    code: 'defect',
    message: error instanceof Error ? error.message : String(error),
  })
}

export type { ApiContext, EventHub, QueueWorker, Shell }
