import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { readSource } from '../../src-main/trainer/data/read-source.ts'
import { loadTokenizer } from '../../src-main/trainer/tokenizer/wordpiece.ts'
import oracle from '../oracle/wordpiece.json' with { type: 'json' }
import { sharedData, sharedDataMissing } from '../support/shared-data.ts'

describe.skipIf(sharedDataMissing)(
  'every token of whole files, as Hugging Face’s tokenizers',
  () => {
    it.each(oracle.files)('$path with $vocab: $tokens tokens', async (file) => {
      const { rows } = await readSource({ path: sharedData(file.path), format: 'auto' })
      const tokenizer = loadTokenizer(sharedData(`vocab/${file.vocab}/vocab.txt`), file)
      const sha256 = createHash('sha256')
      let tokens = 0
      for (const text of rows.flatMap(({ x, y }) => [x, y])) {
        const ids = tokenizer.encode(text)
        tokens += ids.length
        sha256.update(Int32Array.of(...ids, -1)) // little-endian on x86 and ARM
      }
      expect({ rows: rows.length, tokens }).toEqual({ rows: file.rows, tokens: file.tokens })
      expect(sha256.digest('hex')).toBe(file.sha256)
    })
  },
)
