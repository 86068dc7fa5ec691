import { freemem } from 'node:os'
import type { CallRequest } from '../../../src-shared/contract/index.ts'
import { UserError } from '../../../src-shared/errors.ts'
import { askChild } from '../../trainer/backends/probe/ask-child.ts'
import type { ApiContext, Handlers } from '../context.ts'
import { assertReadable } from '../files/allowed.ts'
import { readSettings } from '../settings.ts'
import { createEstimator } from './estimate.ts'
import { dataAnswer, modelAnswer, type InspectRequest } from './inspect-protocol.ts'

/** MNLI's 392,702 rows take some 6 s with token lengths. */
const timeoutMs = 120_000

export function dataHandlers({
  core,
  shell,
}: ApiContext): Handlers<'data.inspect' | 'model.inspect' | 'estimate'> {
  const { db } = core.store
  const check = (path: string | undefined) => {
    if (path !== undefined) assertReadable(path, shell, readSettings(db))
  }
  const estimate = createEstimator(core)
  return {
    async 'data.inspect'(input: CallRequest<'data.inspect'>) {
      check(input.source.path)
      check(input.vocab)
      check(input.pretrained)
      const request: InspectRequest = { kind: 'data', input }
      const answer = await askChild('inspect', [JSON.stringify(request)], dataAnswer, { timeoutMs })
      if (answer.ok) return answer.output
      throw refusal(answer, input.source.path)
    },
    async 'model.inspect'(input) {
      check(input.path)
      const request: InspectRequest = { kind: 'model', input }
      const answer = await askChild('inspect', [JSON.stringify(request)], modelAnswer, {
        timeoutMs,
      })
      if (answer.ok) return answer.output
      throw refusal(answer, input.path)
    },
    estimate: (input) => estimate(input, freemem()),
  }
}

function refusal(answer: { reason: string; fix?: string | undefined }, where: string): UserError {
  const { reason, fix } = answer
  return new UserError(reason, { where, ...(fix === undefined ? {} : { fix }) })
}
