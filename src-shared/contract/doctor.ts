import { z } from 'zod'
import { backendNames } from '../config/run.ts'
import { call, nothing } from './call.ts'

export const backendState = z.strictObject({
  name: z.enum(backendNames),
  usable: z.boolean(),
  device: z.string().nullable(),
  /** Why it is not usable, and what to do. */
  reason: z.string().nullable(),
  fix: z.string().nullable(),
  /** Measured: one 1024 × 1024 float32 matrix product a second is 2.1 GFLOP/s. */
  gigaflops: z.number().nullable(),
  installable: z.boolean(),
  /** Usable, but an earlier Virtlab installed it: installed again it is faster. */
  outdated: z.boolean(),
})

export const doctorCheck = z.strictObject({
  id: z.string(),
  ok: z.boolean(),
  detail: z.string(),
  fix: z.string().nullable(),
})

export const installProgress = z.strictObject({
  name: z.enum(backendNames),
  state: z.enum(['running', 'done', 'failed']),
  /** What it does now, or how it ended. */
  text: z.string(),
  /** 0 to 1; null where it cannot be told. */
  fraction: z.number().nullable(),
  fix: z.string().nullable(),
})

export const doctorCalls = {
  /** Tries every backend in a process of its own; takes seconds. */
  'doctor.probe': call(
    nothing,
    z.strictObject({
      backends: z.array(backendState),
      machine: z.strictObject({
        cpu: z.string(),
        cores: z.int(),
        memoryBytes: z.number(),
        freeMemoryBytes: z.number(),
        gpus: z.array(z.strictObject({ name: z.string(), memoryBytes: z.number().nullable() })),
        os: z.string(),
      }),
      dataFolder: z.strictObject({
        path: z.string(),
        databaseBytes: z.number(),
        runsBytes: z.number(),
        freeBytes: z.number().nullable(),
      }),
      checks: z.array(doctorCheck),
    }),
  ),
  /** Starts installing; progress and end come as `backend.install` events. */
  'backend.install': call(
    z.strictObject({ name: z.enum(backendNames), cuda: z.boolean().optional() }),
    z.strictObject({ started: z.boolean() }),
  ),
}

export type BackendState = z.infer<typeof backendState>
export type InstallProgress = z.infer<typeof installProgress>
