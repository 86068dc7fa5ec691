import { spawn } from 'node:child_process'
import type { z } from 'zod'
import { layout, type ChildProgram } from '../../../layout.ts'
import type { Refusal } from './answers.ts'

/**
 * Runs a program of ours in a process of its own and reads its answer, JSON on the last line of stdout. Native code
 * that crashes or hangs there is an answer too (`ok: false` with the reason), not the end of this process.
 */
export function askChild<Answer>(
  program: ChildProgram,
  args: string[],
  schema: z.ZodType<Answer>,
  { timeoutMs }: { timeoutMs: number },
): Promise<Answer | Refusal> {
  return new Promise((resolve) => {
    const refuse = (reason: string) => resolve({ ok: false, reason })
    const child = spawn(layout.node, [layout.program(program), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    child.on('error', (error) => refuse(error.message))
    child.on('close', (code, signal) => {
      const answer = schema.safeParse(parseJson(lastLine(stdout)))
      if (answer.success) return resolve(answer.data)
      const how =
        signal === 'SIGKILL'
          ? `it did not answer within ${timeoutMs / 1000} s`
          : signal
            ? `its process crashed (${signal})`
            : `its process ended with code ${code}`
      const told = lastLine(stderr)
      refuse(told ? `${how}: ${told}` : how)
    })
  })
}

const lastLine = (text: string) => text.trimEnd().split('\n').at(-1) ?? ''

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
