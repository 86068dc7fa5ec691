import { z } from 'zod'
import { checkpointRecord, pointColumns, progressMessage, systemSample } from '../protocol.ts'
import { measuringState } from './efficiency.ts'
import { installProgress } from './doctor.ts'
import { storedLog } from './run-details.ts'
import { importProgress } from './import.ts'
import { settings } from './settings.ts'

/** What the core tells by itself. A listener that was away asks again for what it shows. */
export const events = {
  /** Something about these runs is different (status, name, tags …) or they are new or gone. */
  'run.changed': z.strictObject({
    ids: z.array(z.string()),
    what: z.enum(['created', 'status', 'labels', 'archived', 'deleted', 'restored', 'purged']),
  }),
  /** A suite is new, gone, or a cell of it stands differently. */
  'suite.changed': z.strictObject({ ids: z.array(z.string()) }),
  'run.progress': progressMessage,
  /** New points, once they are stored: point i is (keys[keyIndex[i]], step[i], value[i], time[i]). */
  'run.points': z.strictObject({ runId: z.string(), points: pointColumns }),
  /** A resumed run went back: what it logged after this step is gone (−1: all of it). */
  'run.truncated': z.strictObject({ runId: z.string(), step: z.int() }),
  'run.logs': z.strictObject({ runId: z.string(), lines: z.array(storedLog) }),
  'run.system': z.strictObject({ runId: z.string(), samples: z.array(systemSample) }),
  'run.attention': z.strictObject({ runId: z.string(), steps: z.array(z.int()) }),
  'run.predictions': z.strictObject({ runId: z.string() }),
  'run.checkpoint': z.strictObject({ runId: z.string(), checkpoint: checkpointRecord }),
  /** Order, pause, or what runs and waits. */
  'queue.changed': z.strictObject({
    paused: z.boolean(),
    running: z.array(z.string()),
    waiting: z.array(z.string()),
    /** What another process trains in this data folder. */
    elsewhere: z.array(z.string()),
  }),
  'backend.install': installProgress,
  'import.progress': importProgress,
  'settings.changed': settings,
  'views.changed': z.strictObject({}),
  /** A saved table is new, different or gone. */
  'tables.changed': z.strictObject({}),
  /** Measuring goes on, or has ended. */
  'efficiency.changed': measuringState,
  /** A native menu or notification asks the page for something; the window only. */
  'window.command': z.discriminatedUnion('command', [
    z.strictObject({
      command: z.literal('open'),
      path: z.string().describe('A route, e.g. /queue'),
    }),
    z.strictObject({ command: z.literal('palette') }),
  ]),
}

export type EventName = keyof typeof events
export type EventOf<N extends EventName> = z.infer<(typeof events)[N]>
