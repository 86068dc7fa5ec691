import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { ImportProgress } from '../../../src-shared/contract/import.ts'
import { UserError } from '../../../src-shared/errors.ts'
import { errorOf } from '../../child-refusal.ts'
import { layout } from '../../layout.ts'
import {
  transferLine,
  type TransferLine,
  type TransferRequest,
} from '../../import/transfer-protocol.ts'

type Outcome = Extract<TransferLine, { kind: 'imported' | 'exported' }>

export interface Transfer {
  readonly result: Promise<Outcome>
  cancel(): void
}

/** Runs transfer-child.ts. Rejects with UserError for what the user can mend, and where it was cancelled. */
export function startTransfer(
  request: TransferRequest,
  progress: (at: ImportProgress) => void,
): Transfer {
  const child = spawn(layout.node, [layout.program('transfer'), JSON.stringify(request)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let cancelled = false
  return {
    result: outcomeOf(child, progress, () => cancelled),
    cancel() {
      cancelled = true
      child.kill('SIGKILL')
    },
  }
}

async function outcomeOf(
  child: ChildProcess,
  progress: (at: ImportProgress) => void,
  cancelled: () => boolean,
): Promise<Outcome> {
  let stderr = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  // Rejects where the child cannot be started.
  const ended = once(child, 'close')
  const lines = (async () => {
    let last: TransferLine | undefined
    if (!child.stdout) throw new Error('the child has no output')
    for await (const line of createInterface({ input: child.stdout })) {
      const told = transferLine.parse(JSON.parse(line))
      if (told.kind === 'progress') progress(told.at)
      else last = told
    }
    return last
  })()
  // Its output ends before it does; only when it is gone can what it leaves be told from what it works on.
  const [last] = await Promise.all([lines, ended])
  if (cancelled()) throw new UserError('it was cancelled; nothing of it was kept')
  if (last?.kind === 'imported' || last?.kind === 'exported') return last
  if (last?.kind !== 'refused') {
    throw new Error(`the transfer ended without a word: ${stderr.trim().split('\n').at(-1)}`)
  }
  throw errorOf(last)
}
