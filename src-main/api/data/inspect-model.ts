import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { CallOutput } from '../../../src-shared/contract/index.ts'
import { UserError } from '../../../src-shared/errors.ts'
import { encoderShapes } from '../../trainer/models/encoder-parameters.ts'
import { loadTokenizer } from '../../trainer/tokenizer/wordpiece.ts'
import { openWeights, readEncoderConfig, WEIGHTS_FILE } from '../../trainer/weights/hugging-face.ts'

const nothing = {
  layers: null,
  hiddenSize: null,
  heads: null,
  maxPositions: null,
  vocabSize: null,
  parameters: null,
  weightBytes: null,
  lowercase: null,
}

/** Whether a folder can be trained from: its config, every tensor's name and shape, and its vocabulary. */
export async function inspectModel(path: string): Promise<CallOutput<'model.inspect'>> {
  try {
    const encoder = await readEncoderConfig(path)
    const shapes = encoderShapes(encoder)
    const weights = await openWeights(path, shapes)
    await weights.close()
    const vocabulary = loadTokenizer(join(path, 'vocab.txt'), { lowercase: true })
    return {
      ok: true,
      layers: encoder.numHiddenLayers,
      hiddenSize: encoder.hiddenSize,
      heads: encoder.numAttentionHeads,
      maxPositions: encoder.maxPositionEmbeddings,
      vocabSize: vocabulary.vocabSize,
      parameters: shapes.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0),
      weightBytes: statSync(join(path, WEIGHTS_FILE)).size,
      lowercase: lowercaseOf(path),
      problem: null,
    }
  } catch (error) {
    if (!(error instanceof UserError)) throw error
    const message = error.where ? `${error.where}: ${error.message}` : error.message
    return { ok: false, ...nothing, problem: { message, fix: error.fix ?? null } }
  }
}

function lowercaseOf(folder: string): boolean | null {
  const path = join(folder, 'tokenizer_config.json')
  if (!existsSync(path)) return null
  const { do_lower_case: setting } = JSON.parse(readFileSync(path, 'utf8')) as {
    do_lower_case?: unknown
  }
  return typeof setting === 'boolean' ? setting : null
}
