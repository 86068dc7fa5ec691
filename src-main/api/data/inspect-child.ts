import { answer } from '../../trainer/backends/probe/answer.ts'
import { inspectData } from './inspect-data.ts'
import { inspectModel } from './inspect-model.ts'
import { inspectRequest } from './inspect-protocol.ts'

/** A process of its own: a file of millions of rows keeps it busy for seconds, and the app must not wait. */
const request = inspectRequest.parse(JSON.parse(process.argv[2] ?? ''))
await answer(async () => ({
  ok: true,
  output:
    request.kind === 'data'
      ? await inspectData(request.input)
      : await inspectModel(request.input.path),
}))
