import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { UserError } from '../../src-shared/errors.ts'
import { errorOf } from '../child-refusal.ts'
import type { Core } from '../core.ts'
import type { BackendChoice } from '../../src-shared/config/run.ts'
import { layout } from '../layout.ts'
import { useLine, type UseAnswer, type UseLine, type UseWork } from '../trainer/use/protocol.ts'

type Progress = Extract<UseLine, { kind: 'progress' }>
type Answered<W extends UseWork> = Extract<
  UseAnswer,
  { kind: { export: 'exported'; encode: 'encoded'; match: 'ranked'; rank: 'ranked' }[W['kind']] }
>

/** use-child.ts, started when first asked and kept until closed. */
export interface ModelUser {
  /** Rejects with UserError for what the user can mend. Requests are answered in turn. */
  ask<W extends UseWork>(work: W, onProgress?: (at: Progress) => void): Promise<Answered<W>>
  close(): void
}

interface Waiting {
  resolve: (answer: UseAnswer) => void
  reject: (error: Error) => void
  onProgress: ((at: Progress) => void) | undefined
}

export function createModelUser(core: Core, backend: BackendChoice = 'auto'): ModelUser {
  const waiting = new Map<number, Waiting>()
  let child: ReturnType<typeof start> | undefined
  let asked = 0

  function start() {
    const setup = JSON.stringify({ backend, backendsDir: core.folder.backends })
    const started = spawn(layout.node, [layout.program('use-model'), setup], {
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    let stderr = ''
    started.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-10_000)
    })
    // A child that dies before it has read is told of by its end.
    started.stdin.on('error', () => {})
    createInterface({ input: started.stdout }).on('line', (line) =>
      take(useLine.parse(JSON.parse(line))),
    )
    const ended = (reason: string) => {
      if (child === started) child = undefined
      for (const { reject } of waiting.values()) {
        reject(
          new UserError(`the model's process ended early${reason ? `: ${reason}` : ''}`, {
            fix: 'Often there was too little memory: try smaller batches, or another backend.',
          }),
        )
      }
      waiting.clear()
    }
    started.once('error', (error) => ended(error.message))
    started.once('close', () => ended(stderr.trimEnd().split('\n').at(-1) ?? ''))
    return started
  }

  function take(line: UseLine): void {
    const one = waiting.get(line.id)
    if (line.kind === 'progress') return one?.onProgress?.(line)
    waiting.delete(line.id)
    if (line.kind === 'answer') return one?.resolve(line.answer)
    one?.reject(errorOf(line))
  }

  return {
    ask<W extends UseWork>(work: W, onProgress?: (at: Progress) => void) {
      child ??= start()
      const id = ++asked
      const answer = new Promise<UseAnswer>((resolve, reject) =>
        waiting.set(id, { resolve, reject, onProgress }),
      )
      child.stdin.write(`${JSON.stringify({ id, work })}\n`)
      // The child answers each kind of work with its own kind of answer.
      return answer as Promise<Answered<W>>
    },
    close() {
      child?.kill('SIGKILL')
      child = undefined
    },
  }
}
