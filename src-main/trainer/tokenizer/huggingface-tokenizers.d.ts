/**
 * The parts of @huggingface/tokenizers 0.2 that Virtlab uses. The package's own declarations import
 * each other without file extensions, which TypeScript's NodeNext resolution cannot follow.
 */
declare module '@huggingface/tokenizers' {
  export class BertNormalizer {
    constructor(config: {
      type: 'BertNormalizer'
      clean_text: boolean
      handle_chinese_chars: boolean
      strip_accents: boolean
      lowercase: boolean
    })
    normalize(text: string): string
  }

  export class BertPreTokenizer {
    pre_tokenize(text: string): string[]
  }

  export class WordPiece {
    constructor(config: {
      type: 'WordPiece'
      unk_token: string
      continuing_subword_prefix: string
      max_input_chars_per_word: number
      vocab: Record<string, number>
    })
    encode(words: string[]): string[]
  }
}
