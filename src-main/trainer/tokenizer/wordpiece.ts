import { BertNormalizer, BertPreTokenizer, WordPiece } from '@huggingface/tokenizers'
import type { SpecialTokenIds } from '../data/batch.ts'
import { readVocabulary } from './vocabulary.ts'

export interface PairTokenizer {
  /**
   * Content ids of a text: no [CLS] or [SEP], no truncation. `[SEP]` written inside a text is three
   * ordinary tokens, so that no text can end its own segment.
   */
  encode(text: string): Int32Array
  /** The vocabulary entry of an id; RangeError for an id that has none. */
  tokenOf(id: number): string
  readonly vocabSize: number
  readonly specials: SpecialTokenIds
  /** Id of [UNK]. */
  readonly unknown: number
}

/**
 * BERT's WordPiece tokenizer over a vocab.txt (Devlin et al. 2019; google-research/bert tokenization.py).
 * `lowercase` also strips accents, as in the uncased checkpoints.
 * @throws UserError for a vocabulary that cannot be used.
 */
export function loadTokenizer(vocabPath: string, options: { lowercase: boolean }): PairTokenizer {
  const vocabulary = readVocabulary(vocabPath)
  const { tokens } = vocabulary
  const ids = new Map(tokens.map((token, id) => [token, id]))
  const normalizer = new BertNormalizer({
    type: 'BertNormalizer',
    clean_text: true,
    handle_chinese_chars: true,
    lowercase: options.lowercase,
    strip_accents: options.lowercase,
  })
  const preTokenizer = new BertPreTokenizer()
  const wordPiece = new WordPiece({
    type: 'WordPiece',
    unk_token: '[UNK]',
    continuing_subword_prefix: '##',
    max_input_chars_per_word: 100,
    vocab: Object.fromEntries(ids),
  })

  const encodeChunk = (chunk: string): readonly number[] =>
    wordPiece
      .encode(preTokenizer.pre_tokenize(normalizer.normalize(spaceRareIdeographs(chunk))))
      .map((token) => ids.get(token) ?? vocabulary.unk)

  const cache = new Map<string, readonly number[]>()
  const encodeCached = (chunk: string): readonly number[] => {
    const known = cache.get(chunk)
    if (known) return known
    const encoded = encodeChunk(chunk)
    if (chunk.length <= LONGEST_CACHED_CHUNK) {
      if (cache.size >= CACHED_CHUNKS) cache.clear()
      cache.set(chunk, encoded)
    }
    return encoded
  }

  return {
    encode(text) {
      const content: number[] = []
      for (const chunk of text.split(ASCII_WHITESPACE)) {
        if (chunk !== '') for (const id of encodeCached(chunk)) content.push(id)
      }
      return Int32Array.from(content)
    },
    tokenOf(id) {
      const token = tokens[id]
      if (token === undefined) {
        throw new RangeError(`token id ${id} outside a vocabulary of ${tokens.length}`)
      }
      return token
    },
    vocabSize: tokens.length,
    specials: { cls: vocabulary.cls, sep: vocabulary.sep, pad: vocabulary.pad },
    unknown: vocabulary.unk,
  }
}

/**
 * BERT ends a word at each of these, and nothing that it does to a word looks beyond them, so what
 * lies between two of them can be encoded by itself and remembered: most words of a corpus repeat.
 */
const ASCII_WHITESPACE = /[ \t\n\r]+/
const CACHED_CHUNKS = 200_000
/** Whole sentences of a script without spaces would fill the cache and never be met again. */
const LONGEST_CACHED_CHUNK = 32

/**
 * Puts spaces around the CJK ideographs beyond U+FFFF. The library's BertNormalizer means to, but
 * 0.2.0 walks UTF-16 code units and so never sees them.
 */
function spaceRareIdeographs(text: string): string {
  return text.replace(RARE_IDEOGRAPH, ' $& ')
}
const RARE_IDEOGRAPH =
  /[\u{20000}-\u{2A6DF}\u{2A700}-\u{2B73F}\u{2B740}-\u{2B81F}\u{2B820}-\u{2CEAF}\u{2F800}-\u{2FA1F}]/gu
