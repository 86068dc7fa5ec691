import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { summarizePart } from '../../src-main/trainer/data/summary.ts'
import { loadTokenizer } from '../../src-main/trainer/tokenizer/wordpiece.ts'
import { lines, write } from './files.ts'

const vocab = write('vocab.txt', ['[PAD]', '[UNK]', '[CLS]', '[SEP]', 'a', 'b'].join('\n'))

describe('summarizePart', () => {
  it('counts tokens with [CLS] and [SEP], and what each length cuts', () => {
    const tokenizer = loadTokenizer(vocab, { lowercase: true })
    const text = (n: number): string => Array.from({ length: n }, () => 'a').join(' ')
    const examples = [1, 2, 3, 10].map((n) => ({ x: text(n), y: 'b' }))
    const { lengths, distinct, pairs } = summarizePart(examples, { yes: 4 }, tokenizer, {
      xMaxLength: 4,
      yMaxLength: 3,
    })
    expect(pairs).toBe(4)
    expect(distinct).toEqual({ x: 4, y: 1 })
    // X has 3, 4, 5 and 12 tokens.
    expect(lengths.x).toMatchObject({ mean: 6, median: 4, p95: 12, max: 12 })
    expect(lengths.x.truncated).toEqual({ count: 2, tokens: 1 + 8 })
    expect(lengths.x.histogram.slice(0, 2)).toEqual([
      { upTo: 8, count: 3 },
      { upTo: 16, count: 1 },
    ])
    expect(lengths.y).toMatchObject({ mean: 3, max: 3, truncated: { count: 0, tokens: 0 } })
    expect(lengths.joint).toMatchObject({ max: 14, truncated: { count: 2, tokens: 9 } })
  })

  it('of nothing is all zeros', () => {
    const tokenizer = loadTokenizer(vocab, { lowercase: true })
    const { lengths } = summarizePart([], {}, tokenizer, { xMaxLength: 4, yMaxLength: 3 })
    expect(lengths.x).toMatchObject({ mean: 0, median: 0, max: 0 })
  })
})

describe('virtlab data', () => {
  const program = fileURLToPath(new URL('../../src-main/cli/virtlab.ts', import.meta.url))
  const virtlab = async (
    ...args: string[]
  ): Promise<{ code: number; out: string; err: string }> => {
    try {
      const { stdout, stderr } = await promisify(execFile)(process.execPath, [
        program,
        'data',
        ...args,
      ])
      return { code: 0, out: stdout, err: stderr }
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
      return { code, out: stdout, err: stderr }
    }
  }

  it('prints rows, reasons with lines, labels, lengths and the first rows', async () => {
    const file = write(
      'a.tsv',
      lines(
        ['left', 'right', 'gold'],
        ['a b', 'b', 'yes'],
        ['a', '', 'yes'],
        ['a\u001b[31m', 'b', 'no'],
      ),
    )
    const columns = 'x=left,y=right,label=2'
    const { code, out } = await virtlab(file, '--columns', columns, '--vocab', vocab)
    expect(code).toBe(0)
    expect(out).toContain('own columns: X = "left", Y = "right", label = "gold"')
    expect(out).toContain('3 read, 2 kept, 1 skipped')
    expect(out).toContain('1 × empty text in "right" (line 3)')
    expect(out).toContain('no 1 (50.0 %), yes 1 (50.0 %)')
    expect(out).toMatch(/joint +\d/)
    expect(out).not.toContain('\u001b')
    const json = await virtlab(file, '--columns', columns, '--json')
    expect(JSON.parse(json.out)).toMatchObject([{ rowsRead: 3, rowsKept: 2, format: 'tsv' }])
  })

  it('ends with 2 and says what to mend', async () => {
    const absent = await virtlab('absent.tsv')
    expect(absent).toMatchObject({ code: 2, out: '' })
    expect(absent.err).toContain('absent.tsv: the file does not exist')
    const columns = await virtlab('absent.tsv', '--columns', 'x=a,z=b')
    expect(columns.code).toBe(2)
    expect(columns.err).toContain('Give x, y and label')
  })
})
