import { freemem } from 'node:os'
import { join } from 'node:path'
import { dataSource } from '../../../src-shared/config/data.ts'
import type { CallRequest } from '../../../src-shared/contract/index.ts'
import { UserError } from '../../../src-shared/errors.ts'
import { ensureDemoDataset } from '../../trainer/data/demo/generate.ts'
import { askChild } from '../../trainer/backends/probe/ask-child.ts'
import type { ApiContext, Handlers } from '../context.ts'
import { assertReadable } from '../files/allowed.ts'
import { readSettings } from '../settings.ts'
import { createEstimator } from './estimate.ts'
import {
  dataAnswer,
  modelAnswer,
  type FileInspection,
  type InspectRequest,
} from './inspect-protocol.ts'

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

  /** The demo's files are written where they are not there yet, as a run on it would. */
  function fileOf(input: CallRequest<'data.inspect'>): FileInspection {
    const { source, ...rest } = input
    if (!('demo' in source)) {
      check(source.path)
      return { ...rest, source }
    }
    const { vocab, ...files } = ensureDemoDataset(join(core.folder.datasets, 'demo'))
    const demo = dataSource.parse({ path: files[source.demo], preset: 'superglue' })
    return { vocab, ...rest, source: demo }
  }
  return {
    async 'data.inspect'(input: CallRequest<'data.inspect'>) {
      check(input.vocab)
      check(input.pretrained)
      const file = fileOf(input)
      const request: InspectRequest = { kind: 'data', input: file }
      const answer = await askChild('inspect', [JSON.stringify(request)], dataAnswer, { timeoutMs })
      if (answer.ok) return answer.output
      throw refusal(answer, file.source.path)
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
