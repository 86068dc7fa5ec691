import type { z } from 'zod'
import { attentionCalls } from './attention.ts'
import { configCalls } from './config.ts'
import { dataCalls } from './data.ts'
import { doctorCalls } from './doctor.ts'
import { efficiencyCalls } from './efficiency.ts'
import type { EventName, EventOf } from './events.ts'
import { exportCalls } from './export.ts'
import { importCalls } from './import.ts'
import { figureCalls } from './figure.ts'
import { fileCalls } from './files.ts'
import { playgroundCalls } from './playground.ts'
import { queueCalls } from './queue.ts'
import { recipeCalls, trainCalls } from './recipe.ts'
import { runDetailCalls } from './run-details.ts'
import { runCalls } from './runs.ts'
import { seriesCalls } from './series.ts'
import { settingsCalls } from './settings.ts'
import { statsCalls } from './stats.ts'
import { suiteCalls } from './suites.ts'
import { tableCalls } from './tables.ts'

/** Every call between the renderer and the core, by name. */
export const contract = {
  ...runCalls,
  ...runDetailCalls,
  ...seriesCalls,
  ...configCalls,
  ...recipeCalls,
  ...trainCalls,
  ...suiteCalls,
  ...statsCalls,
  ...tableCalls,
  ...efficiencyCalls,
  ...playgroundCalls,
  ...queueCalls,
  ...attentionCalls,
  ...dataCalls,
  ...fileCalls,
  ...doctorCalls,
  ...settingsCalls,
  ...exportCalls,
  ...importCalls,
  ...figureCalls,
}

export type Contract = typeof contract
export type CallName = keyof Contract
/** What a caller gives: defaults may be left out. */
export type CallInput<N extends CallName> = z.input<Contract[N]['input']>
/** What a handler gets: defaults filled in. */
export type CallRequest<N extends CallName> = z.output<Contract[N]['input']>
export type CallOutput<N extends CallName> = z.output<Contract[N]['output']>

export const callNames = Object.keys(contract) as CallName[]

/**
 * The way between a renderer and its core, be it Electron's IPC or HTTP. `call` rejects with ApiError
 * (errors.ts).
 */
export interface Transport {
  call<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>>
  /** Returns how to end the subscription. */
  subscribe<N extends EventName>(event: N, listener: (payload: EventOf<N>) => void): () => void
}

export * from './errors.ts'
export { events, type EventName, type EventOf } from './events.ts'
