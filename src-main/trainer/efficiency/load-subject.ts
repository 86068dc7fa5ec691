import { UserError } from '../../../src-shared/errors.ts'
import { encodePairs } from '../data/encode.ts'
import { loadModelFolder } from '../models/checkpoint-folder.ts'
import type { ModelFolderInfo } from '../models/checkpoint-folder.ts'
import { loadTokenizer, type PairTokenizer } from '../tokenizer/wordpiece.ts'
import type { MeasureRequest } from './measure-protocol.ts'
import type { Subject } from './subject.ts'

/** Synthetic pairs: enough that no two rounds in a row read the same. */
const SYNTHETIC = 64

/**
 * A checkpoint with the texts as its tokenizer reads them.
 * @throws UserError where the folder is no checkpoint or the texts do not fit the model
 */
export async function loadSubject(dir: string, texts: MeasureRequest['texts']): Promise<Subject> {
  const { model, info } = await loadModelFolder(dir)
  const tokenizer = loadTokenizer(info.vocabPath, info)
  const pairs =
    texts.kind === 'pairs'
      ? encodePairs(
          texts.pairs.map((pair, i) => ({ ...pair, id: String(i), label: 0 })),
          tokenizer,
          info,
        ).pairs
      : syntheticPairs(tokenizer, {
          x: lengthOf(texts.x, info.xMaxLength, info, model.encoder.maxPositionEmbeddings),
          y: lengthOf(texts.y, info.yMaxLength, info, model.encoder.maxPositionEmbeddings),
        })
  const { specials } = tokenizer
  return { model, config: info.model, labels: info.labels.length, pairs, specials }
}

function lengthOf(
  asked: number | null,
  longest: number,
  { model }: ModelFolderInfo,
  positions: number,
): number {
  const length = asked ?? longest
  const room = model.type === 'cross_encoder' ? Math.floor(positions / 2) : positions
  if (length <= room) return length
  throw new UserError(`texts of ${length} tokens do not fit a model of ${positions} positions`, {
    where: '--lengths',
    fix: `Choose at most ${room}.`,
  })
}

/** Deterministic ids that are no special tokens. */
function syntheticPairs(tokenizer: PairTokenizer, { x, y }: { x: number; y: number }) {
  const { cls, sep, pad } = tokenizer.specials
  const taken = new Set([cls, sep, pad, tokenizer.unknown])
  const usable = Array.from({ length: tokenizer.vocabSize }, (_, id) => id).filter(
    (id) => !taken.has(id),
  )
  let at = 0
  const text = (length: number) =>
    Int32Array.from({ length: length - 2 }, () => usable[(at += 7919) % usable.length]!)
  return Array.from({ length: SYNTHETIC }, (_, i) => ({
    id: String(i),
    xIds: text(x),
    yIds: text(y),
    label: 0,
  }))
}
