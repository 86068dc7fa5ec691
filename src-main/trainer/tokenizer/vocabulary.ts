import { isUtf8 } from 'node:buffer'
import { readFileSync } from 'node:fs'
import { UserError } from '../../../src-shared/errors.ts'

/** A WordPiece vocabulary: token i stands on line i of vocab.txt. */
export interface Vocabulary {
  tokens: string[]
  cls: number
  sep: number
  pad: number
  unk: number
}

/**
 * Reads a BERT vocab.txt. Lines end at `\n` (a `\r` before it is dropped) and nowhere else:
 * bert-base-chinese has two entries that contain U+2028, and an entry may be blank, so a reader that
 * splits on any line separator or drops blank lines shifts every id after it.
 * @throws UserError if the file cannot be read, is not UTF-8 or lacks [CLS], [SEP], [PAD] or [UNK].
 */
export function readVocabulary(path: string): Vocabulary {
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch (cause) {
    throw new UserError(`the vocabulary cannot be read: ${(cause as Error).message}`, {
      where: path,
      fix: 'name a WordPiece vocab.txt, one token a line',
      cause,
    })
  }
  if (!isUtf8(bytes)) {
    throw new UserError('the vocabulary is not UTF-8 text', {
      where: path,
      fix: 'name a WordPiece vocab.txt, one token a line',
    })
  }
  const tokens = bytes
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .split('\n')
    .map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line))
  if (tokens.at(-1) === '') tokens.pop() // what follows the last line end

  const special = (token: string): number => {
    // The last one counts where a token is repeated, as in every BERT implementation.
    const id = tokens.lastIndexOf(token)
    if (id >= 0) return id
    throw new UserError(`the vocabulary has no ${token} (it has ${tokens.length} tokens)`, {
      where: path,
      fix: 'use a BERT vocabulary: [CLS], [SEP], [PAD] and [UNK] each have a line of their own',
    })
  }
  return {
    tokens,
    cls: special('[CLS]'),
    sep: special('[SEP]'),
    pad: special('[PAD]'),
    unk: special('[UNK]'),
  }
}
