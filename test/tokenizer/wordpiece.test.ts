import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { loadTokenizer, type PairTokenizer } from '../../src-main/trainer/tokenizer/wordpiece.ts'
import { UserError } from '../../src-shared/errors.ts'
import { sharedData, sharedDataMissing } from '../support/shared-data.ts'

const folder = mkdtempSync(join(tmpdir(), 'virtlab-vocab-'))
afterAll(() => rmSync(folder, { recursive: true }))

const specials = ['[PAD]', '[UNK]', '[CLS]', '[SEP]']

let files = 0
function vocabFile(content: string | Buffer): string {
  const path = join(folder, `vocab-${files++}.txt`)
  writeFileSync(path, content)
  return path
}

function tokenizerOf(tokens: string[], lowercase = true): PairTokenizer {
  return loadTokenizer(vocabFile([...specials, ...tokens].join('\n') + '\n'), { lowercase })
}

function tokensOf(tokenizer: PairTokenizer, text: string): string[] {
  return Array.from(tokenizer.encode(text), (id) => tokenizer.tokenOf(id))
}

interface GoldenSuite {
  model: string
  vocab: string
  lower: boolean
  cases: { name: string; text: string; text_pair?: string; tokens: string[]; ids: number[] }[]
}

describe.skipIf(sharedDataMissing)('golden cases of published BERT tokenizers', () => {
  const suites = sharedDataMissing
    ? []
    : (
        JSON.parse(readFileSync(sharedData('golden/wordpiece-golden.json'), 'utf8')) as {
          suites: GoldenSuite[]
        }
      ).suites

  it('are 56', () => {
    expect(suites.flatMap(({ cases }) => cases)).toHaveLength(56)
  })

  describe.each(suites)('$model', ({ vocab, lower, cases }) => {
    const tokenizer = loadTokenizer(sharedData(vocab), { lowercase: lower })
    it.each(cases)('$name', ({ text, text_pair, tokens, ids }) => {
      const { cls, sep } = tokenizer.specials
      const content = [text, ...(text_pair === undefined ? [] : [text_pair])]
      const encoded = content.map((part) => [...tokenizer.encode(part), sep])
      expect([cls, ...encoded.flat()]).toEqual(ids)
      expect(content.flatMap((part) => tokensOf(tokenizer, part))).toEqual(tokens)
    })
  })
})

describe('cases of google-research/bert tokenization_test.py', () => {
  // The same figures as ../shared/data/golden/misc-golden.json, google_bert_tokenization.
  const words = ['want', '##want', '##ed', 'wa', 'un', 'runn', '##ing']

  it('lower-cases, strips accents and cuts words into pieces', () => {
    const path = vocabFile(['[UNK]', '[CLS]', '[SEP]', ...words, ',', '[PAD]'].join('\n') + '\n')
    const tokenizer = loadTokenizer(path, { lowercase: true })
    expect([...tokenizer.encode('UNwant\u00e9d,running')]).toEqual([7, 4, 5, 10, 8, 9])
    expect(tokensOf(tokenizer, 'UNwant\u00e9d,running')).toEqual([
      'un',
      '##want',
      '##ed',
      ',',
      'runn',
      '##ing',
    ])
  })

  it('makes a word with any unknown piece [UNK] as a whole', () => {
    const tokenizer = tokenizerOf(words, false)
    expect(tokensOf(tokenizer, '')).toEqual([])
    expect(tokensOf(tokenizer, 'unwanted running')).toEqual([
      'un',
      '##want',
      '##ed',
      'runn',
      '##ing',
    ])
    expect(tokensOf(tokenizer, 'unwantedX running')).toEqual(['[UNK]', 'runn', '##ing'])
  })

  it('splits punctuation and every Chinese character off', () => {
    const text = ' \tHeLLo!how  \n Are yoU?  '
    const lower = tokenizerOf(['hello', '!', 'how', 'are', 'you', '?'])
    expect(tokensOf(lower, text)).toEqual(['hello', '!', 'how', 'are', 'you', '?'])
    expect(tokensOf(lower, 'H\u00e9llo')).toEqual(['hello'])
    const cased = tokenizerOf(['HeLLo', '!', 'how', 'Are', 'yoU', '?'], false)
    expect(tokensOf(cased, text)).toEqual(['HeLLo', '!', 'how', 'Are', 'yoU', '?'])
    const chinese = tokenizerOf(['ah', '\u535a', '\u63a8', 'zz'])
    expect(tokensOf(chinese, 'ah\u535a\u63a8zz')).toEqual(['ah', '\u535a', '\u63a8', 'zz'])
  })

  it.each([
    ['whitespace', [' ', '\t', '\r', '\n', '\u00a0'], ['a', 'a']],
    ['no whitespace', ['A'], ['aaa']],
    ['control characters, which vanish', ['\u0005', '\u200b', '\ufeff'], ['aa']],
  ])('%s', (_, characters, tokens) => {
    const tokenizer = tokenizerOf(['a', 'aa', 'aaa'])
    for (const character of characters) {
      expect(tokensOf(tokenizer, `a${character}a`)).toEqual(tokens)
    }
  })

  it('counts - $ ` . as punctuation', () => {
    const tokenizer = tokenizerOf(['a', '-', '$', '`', '.'])
    for (const mark of ['-', '$', '`', '.']) {
      expect(tokensOf(tokenizer, `a${mark}a`)).toEqual(['a', mark, 'a'])
    }
  })
})

describe('texts', () => {
  it('keeps [SEP] written in a text out of the structure', () => {
    const tokenizer = tokenizerOf(['[', ']', 'sep', 'a'])
    const ids = [...tokenizer.encode('a [SEP] a')]
    expect(ids).not.toContain(tokenizer.specials.sep)
    expect(tokensOf(tokenizer, 'a [SEP] a')).toEqual(['a', '[', 'sep', ']', 'a'])
  })

  it('splits ideographs beyond U+FFFF too, which the library misses', () => {
    const tokenizer = tokenizerOf(['\u{20000}', '\u{2A700}', 'a'])
    expect(tokensOf(tokenizer, 'a\u{20000}\u{2A700}a')).toEqual([
      'a',
      '\u{20000}',
      '\u{2A700}',
      'a',
    ])
  })

  it('turns a word of more than 100 characters into [UNK]', () => {
    const tokenizer = tokenizerOf(['a', '##a'])
    expect(tokenizer.encode('a'.repeat(100))).toHaveLength(100)
    expect(tokensOf(tokenizer, 'a'.repeat(101))).toEqual(['[UNK]'])
  })

  it('encodes a text as the words between its spaces, whatever was encoded before', () => {
    const tokens = ['a', 'b', '##a', '##b', '.', '\u4e00', 'e']
    const word = fc.string({
      unit: fc.constantFrom('a', 'b', '.', '\u4e00', '\u00e9', '\u0005', 'Z'),
    })
    const warm = tokenizerOf(tokens)
    fc.assert(
      fc.property(fc.array(word, { maxLength: 8 }), (words) => {
        const apart = words.flatMap((w) => [...tokenizerOf(tokens).encode(w)])
        expect([...warm.encode(words.join(' '))]).toEqual(apart)
      }),
      { numRuns: 40 },
    )
  })

  it('never throws and never leaves the vocabulary', () => {
    const tokenizer = tokenizerOf(['a', '##a', 'constructor', '__proto__', '_'])
    const text = fc.string({ unit: fc.nat(0xffff).map((unit) => String.fromCharCode(unit)) })
    fc.assert(
      fc.property(text, (t) => {
        for (const id of tokenizer.encode(t)) {
          expect(id).toBeGreaterThanOrEqual(0)
          expect(id).toBeLessThan(tokenizer.vocabSize)
        }
      }),
    )
    expect(tokensOf(tokenizer, 'constructor tostring')).toEqual(['constructor', '[UNK]'])
  })

  it('encodes at least 5,000 texts of 30 words a second', () => {
    const letters = [...'abcdefghijklmnopqrstuvwxyz']
    const tokenizer = tokenizerOf([...letters, ...letters.map((c) => `##${c}`)])
    const texts = Array.from({ length: 5000 }, (_, i) =>
      Array.from({ length: 30 }, (_, j) => `word${(i * 31 + j * 17) % 3000}x`).join(' '),
    )
    const start = performance.now()
    for (const text of texts) tokenizer.encode(text)
    expect(performance.now() - start).toBeLessThan(1000)
  })
})

describe('vocabulary files', () => {
  it('splits on line feeds only and keeps blank entries', () => {
    const tokenizer = loadTokenizer(
      vocabFile('[PAD]\n\n\u2028\n##\u2028\n[UNK]\n[CLS]\n[SEP]\nlast'),
      { lowercase: true },
    )
    expect(tokenizer.vocabSize).toBe(8)
    expect(tokenizer.tokenOf(2)).toBe('\u2028')
    expect(tokenizer.tokenOf(7)).toBe('last')
    expect(tokenizer.specials).toEqual({ pad: 0, cls: 5, sep: 6 })
  })

  it.skipIf(sharedDataMissing)('reads the published ones to their last entry', () => {
    const sizes = { 'bert-base-uncased': 30522, 'bert-base-chinese': 21128 }
    for (const [name, size] of Object.entries(sizes)) {
      const tokenizer = loadTokenizer(sharedData(`vocab/${name}/vocab.txt`), { lowercase: true })
      expect(tokenizer.vocabSize).toBe(size)
      expect(tokenizer.specials).toEqual({ pad: 0, cls: 101, sep: 102 })
    }
  })

  it('accepts CRLF and a byte order mark', () => {
    const lines = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', 'a', '##b']
    const plain = loadTokenizer(vocabFile(lines.join('\n')), { lowercase: true })
    const windows = loadTokenizer(vocabFile(`\ufeff${lines.join('\r\n')}\r\n`), { lowercase: true })
    expect(windows.vocabSize).toBe(plain.vocabSize)
    expect([...windows.encode('ab a')]).toEqual([...plain.encode('ab a')])
    expect(windows.specials).toEqual(plain.specials)
  })

  it.each(specials)('refuses one without %s', (missing) => {
    const path = vocabFile(specials.filter((token) => token !== missing).join('\n'))
    expect(() => loadTokenizer(path, { lowercase: true })).toThrow(UserError)
    expect(() => loadTokenizer(path, { lowercase: true })).toThrow(missing)
  })

  it('refuses what is not there and what is not UTF-8', () => {
    const load = (path: string) => () => loadTokenizer(path, { lowercase: true })
    expect(load(join(folder, 'absent.txt'))).toThrow(UserError)
    expect(load(folder)).toThrow(UserError)
    expect(load(vocabFile(Buffer.from([0x61, 0xff])))).toThrow('not UTF-8')
  })

  it('names no entry for an id outside', () => {
    const tokenizer = tokenizerOf(['a'])
    expect(tokenizer.tokenOf(4)).toBe('a')
    expect(() => tokenizer.tokenOf(5)).toThrow(RangeError)
    expect(() => tokenizer.tokenOf(-1)).toThrow(RangeError)
  })
})
