import { z } from 'zod'
import { progressMessage } from '../protocol.ts'
import { call, done, nothing, runId } from './call.ts'
import { runBrief } from './run-query.ts'

export const queueItem = z.strictObject({
  run: runBrief,
  attempt: z.int(),
  /** `elsewhere`: another Virtlab process trains it. */
  state: z.enum(['waiting', 'running', 'elsewhere', 'ended']),
  /** From 1 among the waiting. */
  position: z.int().nullable(),
  /** The teacher that has to be completed first. */
  dependsOn: runBrief.nullable(),
  /** What holds it back: its teacher has not been trained, or will not be. */
  blocked: z.enum(['teacher_waiting', 'teacher_running', 'teacher_unfinished']).nullable(),
  progress: progressMessage.nullable(),
  queuedAt: z.int(),
  startedAt: z.int().nullable(),
  endedAt: z.int().nullable(),
})

export const queueCalls = {
  'queue.list': call(
    z.strictObject({ recent: z.int().min(0).max(500).default(50) }),
    z.strictObject({
      /** Nothing new is started; what runs goes on. */
      paused: z.boolean(),
      running: z.array(queueItem),
      waiting: z.array(queueItem),
      /** How many runs other Virtlab processes on this data folder have taken and not begun. */
      waitingElsewhere: z.int().min(0),
      /** Ended, newest first. */
      recent: z.array(queueItem),
    }),
  ),
  /** The waiting runs in their new order; a student may not come before its waiting teacher. */
  'queue.reorder': call(z.strictObject({ runs: z.array(runId) }), done),
  'queue.pause': call(nothing, done),
  'queue.resume': call(nothing, done),
  /** Takes waiting runs out of the queue (their students too); they stay in the table as stopped. */
  'queue.cancel': call(
    z.strictObject({ runs: z.array(runId).min(1) }),
    z.strictObject({ cancelled: z.array(runId) }),
  ),
}

export type QueueItem = z.infer<typeof queueItem>
