import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { UserError } from '../../src-shared/errors.ts'
import { errorOf } from '../child-refusal.ts'
import { layout } from '../layout.ts'
import {
  measureLine,
  type MeasureLine,
  type MeasureRequest,
} from '../trainer/efficiency/measure-protocol.ts'

type Of<K extends MeasureLine['kind']> = Extract<MeasureLine, { kind: K }>

/** Runs measure-child.ts. Rejects with UserError for what the user can mend, and where `signal` ended it. */
export async function askMeasure(
  request: MeasureRequest,
  onProgress: (at: Of<'progress'>) => void,
  signal: AbortSignal,
): Promise<Of<'timed'> | Of<'memory'>> {
  if (signal.aborted) throw cancelled()
  const child = spawn(layout.node, [layout.program('measure-cost')], {
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const kill = () => child.kill('SIGKILL')
  signal.addEventListener('abort', kill)
  try {
    let stderr = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    // A child that dies before it has read is told of by its end.
    child.stdin.on('error', () => {})
    child.stdin.end(JSON.stringify(request))
    const failed = new Promise<never>((_, reject) => child.once('error', reject))
    const told = (async () => {
      let last: MeasureLine | undefined
      for await (const line of createInterface({ input: child.stdout })) {
        const parsed = measureLine.parse(JSON.parse(line))
        if (parsed.kind === 'progress') onProgress(parsed)
        else last = parsed
      }
      return last
    })()
    const last = await Promise.race([failed, told])
    if (signal.aborted) throw cancelled()
    if (last?.kind === 'timed' || last?.kind === 'memory') return last
    if (last?.kind !== 'refused') {
      const reason = stderr.trimEnd().split('\n').at(-1)
      throw new UserError(
        `measuring ended early${reason ? `: ${reason}` : ''}; often there was too little memory`,
        { fix: 'Measure fewer candidates or smaller batches.' },
      )
    }
    throw errorOf(last)
  } finally {
    signal.removeEventListener('abort', kill)
    kill()
  }
}

const cancelled = () => new UserError('measuring was cancelled; nothing of it was kept')
