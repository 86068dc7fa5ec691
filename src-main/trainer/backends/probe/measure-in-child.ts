import { spawn } from 'node:child_process'
import { z } from 'zod'
import type { BackendName } from '../../../../src-shared/config/run.ts'
import { layout } from '../../../layout.ts'

/** What measure-child.ts writes on its last line. */
export const measurement = z.discriminatedUnion('ok', [
  z.strictObject({ ok: z.literal(true), device: z.string(), gflops: z.number() }),
  z.strictObject({ ok: z.literal(false), reason: z.string(), fix: z.string().optional() }),
])
export type Measurement = z.infer<typeof measurement>

/**
 * Activates a backend in a process of its own, checks a matrix product and times it. Native code that crashes or
 * hangs there is a reason, not the end of this process.
 */
export function measureInChild(
  name: BackendName,
  backendsDir: string,
  { timeoutMs = 120_000 }: { timeoutMs?: number } = {},
): Promise<Measurement> {
  const script = layout.program('measure-backend')
  return new Promise((resolve) => {
    const child = spawn(layout.node, [script, name, backendsDir], {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    child.on('error', (error) => resolve({ ok: false, reason: error.message }))
    child.on('close', (code, signal) => {
      const last = stdout.trimEnd().split('\n').at(-1) ?? ''
      const answer = measurement.safeParse(parseJson(last))
      if (answer.success) return resolve(answer.data)
      const how =
        signal === 'SIGKILL'
          ? `it did not answer within ${timeoutMs / 1000} s`
          : signal
            ? `its process crashed (${signal})`
            : `its process ended with code ${code}`
      const told = stderr.trim().split('\n').at(-1)
      resolve({ ok: false, reason: told ? `${how}: ${told}` : how })
    })
  })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
