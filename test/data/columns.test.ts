import { zstdCompressSync } from 'node:zlib'
import { parquetWriteBuffer } from 'hyparquet-writer'
import { describe, expect, it } from 'vitest'
import { lines, read, userError } from './files.ts'

const columns = { x: 'left', y: 'right', label: 'match' }

describe('own column mapping', () => {
  it('by name, in any order, with an id', async () => {
    const { rows, report } = await read('a.csv', 'match,right,key,left\n1,"b, c",k1,a\n', {
      columns: { ...columns, id: 'key' },
    })
    expect(rows).toEqual([{ id: 'k1', x: 'a', y: 'b, c', label: '1', line: 2 }])
    expect(report.layout).toBe('own columns: X = "left", Y = "right", label = "match", id = "key"')
  })

  it('with the query that pairs are candidates for; a row without one is left out', async () => {
    const { rows, report } = await read('a.csv', 'left,right,match,q\na,b,1,7\nc,d,0,\n', {
      columns: { ...columns, query: 'q' },
    })
    expect(rows).toMatchObject([{ x: 'a', y: 'b', label: '1', query: '7', line: 2 }])
    expect(report.skipped).toEqual([{ reason: 'no "q"', count: 1, firstLines: [3] }])
  })

  it('wins over a preset and over what the header tells', async () => {
    const text = lines(
      ['index', 'sentence1', 'sentence2', 'label', 'other'],
      ['0', 'a', 'b', 'yes', 'left'],
    )
    const { rows } = await read('a.tsv', text, {
      preset: 'rte',
      columns: { x: 'sentence2', y: 'sentence1', label: 'other' },
    })
    expect(rows[0]).toMatchObject({ x: 'b', y: 'a', label: 'left' })
  })

  it('by position means that there is no header', async () => {
    const { rows, report } = await read('a.tsv', lines(['yes', 'a', 'b'], ['no', 'c', 'd']), {
      columns: { label: 0, x: 1, y: 2 },
    })
    expect(rows.map(({ x, label }) => [x, label])).toEqual([
      ['a', 'yes'],
      ['c', 'no'],
    ])
    expect(report.layout).toContain('no header')
  })

  it('by position over a header: its row is left out, and the report says why', async () => {
    const row = ['a', 'b', 'yes']
    const { rows, report } = await read('a.tsv', lines(['x', 'y', 'label'], row, row, row), {
      columns: { x: 0, y: 1, label: 2 },
    })
    expect(rows).toHaveLength(3)
    expect(report).toMatchObject({ rowsRead: 4, rowsKept: 3 })
    expect(report.skipped).toEqual([
      {
        reason: 'looks like a header (no other row has the label "label")',
        count: 1,
        firstLines: [1],
      },
    ])
  })

  it('position and name together: the header counts', async () => {
    const { rows } = await read('a.tsv', lines(['', 'right', 'match'], ['a', 'b', 'yes']), {
      columns: { x: 0, y: 'right', label: 'match' },
    })
    expect(rows).toMatchObject([{ x: 'a', y: 'b', label: 'yes', line: 2 }])
  })

  it.each([
    [
      'a name that is absent',
      'left,right\na,b\n',
      columns,
      /"match"; the file has "left", "right"/,
    ],
    ['a name that occurs twice', 'left,left,right,match\n', columns, /"left" more than once/],
    ['a position that is absent', 'a,b\n', { x: 0, y: 1, label: 2 }, /no column 2/],
  ])('refuses %s', async (_, text, mapping, message) => {
    const error = await userError(read('a.csv', text, { columns: mapping }))
    expect(error.message).toMatch(message)
    expect(error.where).toMatch(/a\.csv:1$/)
  })

  it('refuses positions in JSON objects', async () => {
    const error = await userError(
      read('a.jsonl', '{"left":"a","right":"b","match":1}', { columns: { x: 0, y: 1, label: 2 } }),
    )
    expect(error.message).toBe('JSON objects have no column order')
    expect(error.fix).toContain('"left", "right", "match"')
  })

  it('finds keys that are named like methods of Object, and only where they are', async () => {
    const mapping = { x: 'constructor', y: '__proto__', label: 'toString' }
    const { rows, report } = await read(
      'a.jsonl',
      '{"constructor":"a","__proto__":"b","toString":"yes"}\n{"a":1}\n',
      { columns: mapping },
    )
    expect(rows).toMatchObject([{ x: 'a', y: 'b', label: 'yes' }])
    expect(report.skipped[0]?.reason).toBe('no "constructor"')
  })
})

describe('presets', () => {
  it('MNLI of GLUE: 12 columns in train, 16 in dev, gold_label last', async () => {
    const start = ['index', 'promptID', 'pairID', 'genre', 'p1', 'p2', 'p3', 'p4']
    const train = [...start, 'sentence1', 'sentence2', 'label1', 'gold_label']
    const dev = [
      ...train.slice(0, 10),
      'label1',
      'label2',
      'label3',
      'label4',
      'label5',
      'gold_label',
    ]
    const row = (width: number): string[] => [
      ...['0', '31193', '31193n', 'government', '', '', '', '', '"Cream', 'Product'],
      ...Array.from({ length: width - 11 }, () => 'entailment'),
      'neutral',
    ]
    for (const head of [train, dev]) {
      const { rows, report } = await read('mnli.tsv', lines(head, row(head.length)))
      expect(report.layout).toContain('preset mnli')
      expect(rows).toMatchObject([{ id: '31193n', x: '"Cream', y: 'Product', label: 'neutral' }])
    }
  })

  it('SNLI as published: 14 columns, annotators’ labels may be missing at the end', async () => {
    const head = [
      ...['gold_label', 'sentence1_binary_parse', 'sentence2_binary_parse', 'sentence1_parse'],
      ...['sentence2_parse', 'sentence1', 'sentence2', 'captionID', 'pairID'],
      ...['label1', 'label2', 'label3', 'label4', 'label5'],
    ]
    const row = ['neutral', '(', '(', '(', '(', 'a', 'b', 'c', 'p', 'neutral']
    const disagreed = ['-', '(', '(', '(', '(', 'a', 'b', 'c', 'q', 'neutral']
    const { rows, report } = await read(
      'snli_1.0_dev.txt',
      lines(head, row, disagreed, row.slice(0, 6)),
    )
    expect(rows).toMatchObject([{ id: 'p', x: 'a', y: 'b', label: 'neutral' }])
    expect(report.skipped.map(({ reason }) => reason)).toEqual([
      'no gold label ("-" in "gold_label")',
      '6 columns instead of 14',
    ])
  })

  it('QQP of GLUE: a few rows are cut short and counted', async () => {
    const head = ['id', 'qid1', 'qid2', 'question1', 'question2', 'is_duplicate']
    const { rows, report } = await read(
      'qqp.tsv',
      lines(
        head,
        ['1', '2', '3', 'a "b', 'c', '1'],
        ['4', '5', '6', 'a'],
        ['7', '8', '9', 'a', '', '0'],
      ),
    )
    expect(rows).toMatchObject([{ id: '1', x: 'a "b', label: '1' }])
    expect(report.skipped.map(({ reason }) => reason)).toEqual([
      '4 columns instead of 6',
      'empty text in "question2"',
    ])
  })

  it('label_first: told from labels that repeat, or named', async () => {
    const rows = [
      ['yes', 'a', 'b'],
      ['no', 'c', 'd'],
      ['yes', 'e', 'f'],
    ]
    expect((await read('a.tsv', lines(...rows))).report.layout).toContain('label_first')
    const named = await read('a.tsv', lines(...rows.slice(0, 2)), { preset: 'label_first' })
    expect(named.report.rowsKept).toBe(2)
    const unknownHeader = lines(['one', 'two', 'three'], ...rows)
    expect((await userError(read('a.tsv', unknownHeader))).message).toBe(
      'the columns fit no known layout: "one", "two", "three"',
    )
  })

  it('a preset that does not fit names what it wants and what the file has', async () => {
    const error = await userError(read('a.tsv', lines(['a', 'b', 'c']), { preset: 'mnli' }))
    expect(error.message).toBe(
      'preset mnli wants a column "sentence1" or "premise"; the file has "a", "b", "c"',
    )
  })
})

describe('Parquet', () => {
  const columnData = [
    { name: 'id', data: [7n, 8n, 9n], type: 'INT64' as const },
    { name: 'premise', data: ['Größe', 'a "b"\t', 'c'], type: 'STRING' as const },
    { name: 'hypothesis', data: ['h', null, 'h2'], type: 'STRING' as const, nullable: true },
    { name: 'label', data: [1n, 0n, -1n], type: 'INT64' as const },
    { name: 'unused', data: [1.5, 2.5, 3.5], type: 'DOUBLE' as const },
  ]

  it('with the columns of a preset', async () => {
    const bytes = new Uint8Array(parquetWriteBuffer({ columnData }))
    const { rows, report } = await read('a.parquet', bytes)
    expect(rows).toMatchObject([
      { x: 'Größe', y: 'h', label: '1', line: 1 },
      { x: 'c', y: 'h2', label: '-1', line: 3 },
    ])
    expect(report).toMatchObject({ format: 'parquet', rowsRead: 3, rowsKept: 2 })
    expect(report.skipped).toEqual([
      { reason: 'empty text in "hypothesis"', count: 1, firstLines: [2] },
    ])
  })

  it('with own columns, by name and by position', async () => {
    const bytes = new Uint8Array(parquetWriteBuffer({ columnData, codec: 'UNCOMPRESSED' }))
    for (const mapping of [
      { x: 'hypothesis', y: 'premise', label: 'label', id: 'id' },
      { x: 2, y: 1, label: 3, id: 0 },
    ]) {
      const { rows, report } = await read('a.parquet', bytes, { columns: mapping })
      expect(rows[0]).toEqual({ id: '7', x: 'h', y: 'Größe', label: '1', line: 1 })
      expect(report.layout).toContain('X = "hypothesis"')
    }
  })

  it('takes class names from what Hugging Face datasets note, where −1 is no label', async () => {
    const features = { label: { names: ['entailment', 'neutral'], _type: 'ClassLabel' } }
    const kvMetadata = [{ key: 'huggingface', value: JSON.stringify({ info: { features } }) }]
    const bytes = new Uint8Array(parquetWriteBuffer({ columnData, kvMetadata }))
    const { report } = await read('a.parquet', bytes)
    expect(report.labelCounts).toEqual({ neutral: 1 })
    expect(report.skipped.map(({ reason }) => reason)).toContain('no label (−1 in "label")')
  })

  it('compressed with Zstandard, over several row groups', async () => {
    const n = 25_000
    const many = [
      { name: 'premise', data: Array.from({ length: n }, (_, i) => `premise ${i >> 2}`) },
      { name: 'hypothesis', data: Array.from({ length: n }, (_, i) => `hypothesis ${i}`) },
      { name: 'label', data: Array.from({ length: n }, (_, i) => i % 3) },
    ]
    const bytes = parquetWriteBuffer({
      columnData: many,
      codec: 'ZSTD',
      compressors: { ZSTD: (input: Uint8Array) => zstdCompressSync(input) },
      rowGroupSize: 7_000,
    })
    const { rows, report } = await read('a.parquet', new Uint8Array(bytes))
    expect(report).toMatchObject({ rowsRead: n, rowsKept: n })
    expect(rows[17_000]).toMatchObject({ y: 'hypothesis 17000', line: 17_001, label: '2' })
  })

  it('that is cut or not Parquet at all', async () => {
    const bytes = new Uint8Array(parquetWriteBuffer({ columnData }))
    for (const damaged of [bytes.slice(0, 100), Buffer.from('premise,hypothesis,label\n')]) {
      const error = await userError(read('a.parquet', damaged))
      expect(error.message).toContain('Parquet')
    }
  })
})
