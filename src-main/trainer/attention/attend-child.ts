import { softmax } from '../../../src-shared/softmax.ts'
import { activateBackend } from '../backends/index.ts'
import { answer } from '../backends/probe/answer.ts'
import { encodePairs } from '../data/encode.ts'
import { makeBatch } from '../data/make-batch.ts'
import { predictLogits } from '../evaluate.ts'
import { loadModelFolder } from '../models/checkpoint-folder.ts'
import { loadTokenizer } from '../tokenizer/wordpiece.ts'
import { attendRequest, type AttendAnswer, type AttendRequest } from './attend-protocol.ts'
import { captureAttention } from './capture.ts'
import { unpackMap } from './pack-map.ts'

/**
 * A process of its own: runs checkpoints on one pair of texts and prints their attention and class
 * probabilities as JSON (attend-protocol.ts).
 */
const request = attendRequest.parse(JSON.parse(process.argv[2] ?? ''))
// Libraries print what they like; stdout is for the answer.
console.log = console.error
await answer(async () => {
  await activateBackend(request.backend, request.backendsDir)
  const models = []
  for (const model of request.models) models.push(await attend(model))
  return { ok: true, models } satisfies AttendAnswer
})

async function attend({ source, dir }: AttendRequest['models'][number]) {
  const { model, info } = await loadModelFolder(dir)
  const tokenizer = loadTokenizer(info.vocabPath, info)
  const example = { id: 'typed', x: request.x, y: request.y, label: 0 }
  const { pairs } = encodePairs([example], tokenizer, info)
  const { specials } = tokenizer
  const batch = makeBatch(pairs, specials)
  const classes = info.labels.length
  const [logits] = await predictLogits({ model, pairs, specials, classes, batchSize: 1 })
  const snapshots = await captureAttention({
    model,
    source,
    step: 0,
    layers: 'all',
    pairs,
    batch,
    tokenizer,
  })
  model.dispose()
  return {
    source,
    labels: info.labels,
    probabilities: softmax(logits ?? new Float32Array(classes)),
    maps: snapshots.map(({ direction, layer, heads, rowTokens, columnTokens, data }) => {
      const values = unpackMap(data)
      const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength)
      return { direction, layer, heads, rowTokens, columnTokens, data: bytes.toString('base64') }
    }),
  }
}
