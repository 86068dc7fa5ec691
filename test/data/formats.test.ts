import { gzipSync } from 'node:zlib'
import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readSource } from '../../src-main/trainer/data/read-source.ts'
import { lines, read, userError, write } from './files.ts'

const header = ['index', 'sentence1', 'sentence2', 'label']

describe('tab-separated files', () => {
  it('take a quote as an ordinary character', async () => {
    const { rows } = await read('a.tsv', lines(header, ['0', '"open', 'b"', 'yes']))
    expect(rows).toEqual([{ id: '0', x: '"open', y: 'b"', label: 'yes', line: 2 }])
  })

  it('that quote their fields after all are noticed', async () => {
    const { rows, report } = await read('a.tsv', lines(header, ['0', '"a ""b"""', 'c', 'yes']))
    expect(rows[0]?.x).toBe('"a ""b"""')
    expect(report.notes).toEqual([
      '1 rows hold texts like "a ""b""": if the file quotes its fields, set format: csv',
    ])
  })

  it('that are comma-separated in truth are noticed', async () => {
    const error = await userError(read('a.txt', 'premise,hypothesis,label\na,b,yes\n'))
    expect(error.fix).toContain('set format: csv')
  })

  it('may have a byte order mark, CRLF, and no line end after the last row', async () => {
    const text = `\ufeff${lines(header, ['7', 'a', 'b', 'yes'], ['8', 'c', 'd', 'no'])}`
    const { rows } = await read('a.tsv', text.replaceAll('\n', '\r\n').trimEnd())
    expect(rows.map(({ id, label, line }) => [id, label, line])).toEqual([
      ['7', 'yes', 2],
      ['8', 'no', 3],
    ])
  })

  it('keep U+2028 and lone carriage returns inside a text', async () => {
    const { rows } = await read('a.tsv', lines(header, ['0', 'a\u2028b', 'c\rd', 'yes']))
    expect(rows[0]).toMatchObject({ x: 'a\u2028b', y: 'c\rd' })
  })

  it('count malformed, blank, empty and unlabelled rows, each with its lines', async () => {
    const { rows, report } = await read(
      'a.tsv',
      lines(
        header,
        ['0', 'a', 'b', 'yes'],
        ['1', 'only three', 'no'],
        [''],
        ['2', 'a', '  ', 'yes'],
        ['3', 'a', 'b', ''],
        ['4', 'a', 'b', '-'],
        ['5', 'two'],
        ['6', 'a', 'b', 'no'],
      ),
    )
    expect(rows.map(({ id }) => id)).toEqual(['0', '6'])
    expect(report).toMatchObject({ rowsRead: 8, rowsKept: 2, labelCounts: { no: 1, yes: 1 } })
    expect(report.skipped).toEqual([
      { reason: '3 columns instead of 4', count: 1, firstLines: [3] },
      { reason: 'blank line', count: 1, firstLines: [4] },
      { reason: 'empty text in "sentence2"', count: 1, firstLines: [5] },
      { reason: 'no label in "label"', count: 1, firstLines: [6] },
      { reason: 'no gold label ("-" in "label")', count: 1, firstLines: [7] },
      { reason: '2 columns instead of 4', count: 1, firstLines: [8] },
    ])
  })

  it('are refused when more rows are malformed than a sound file has', async () => {
    const rows = Array.from({ length: 11 }, (_, i) => [`${i}`, 'a', 'b'])
    const error = await userError(read('a.tsv', lines(header, ['x', 'a', 'b', 'yes'], ...rows)))
    expect(error.message).toContain('11 of 12 rows do not fit: 11 × 3 columns instead of 4')
    expect(error.where).toMatch(/a\.tsv:3$/)
    expect(error.fix).toContain('format')
  })
})

describe('comma-separated files', () => {
  it('honour quotes, doubled quotes and line breaks in a field, and count lines', async () => {
    const { rows } = await read(
      'a.csv',
      '"","id","question1","question2","is_duplicate"\n' +
        '"1",10,"a, ""b""","c\nd\ne",0\n' +
        '"2",11,f,g,1\n',
    )
    expect(rows).toEqual([
      { id: '10', x: 'a, "b"', y: 'c\nd\ne', label: '0', line: 2 },
      { id: '11', x: 'f', y: 'g', label: '1', line: 5 },
    ])
  })

  it.each([
    ['semicolons', ';'],
    ['tabs (Quora’s own release)', '\t'],
  ])('may be separated by %s', async (_, separator) => {
    const text = [
      ['id', 'question1', 'question2', 'is_duplicate'],
      ['1', '"a, b"', '"c\nd"', '1'],
    ]
    const { rows } = await read('q.tsv', text.map((row) => row.join(separator)).join('\n'), {
      format: 'csv',
    })
    expect(rows).toMatchObject([{ id: '1', x: 'a, b', y: 'c\nd', label: '1' }])
  })

  it('may have a byte order mark and mixed line ends', async () => {
    const { rows, report } = await read(
      'a.csv',
      '\ufeffpremise,hypothesis,label\r\na,b,yes\nc,d,no\r\n\r\n',
    )
    expect(rows.map(({ label }) => label)).toEqual(['yes', 'no'])
    expect(report.skipped).toEqual([{ reason: 'blank line', count: 1, firstLines: [4] }])
  })

  it.each([
    ['a quote that is never closed', 'a,b,yes\n"c,d,no\ne,f,yes\n', /never closed/, 3],
    ['text after a closing quote', 'a,b,yes\n"c"x,d,no\n', /after its closing quote/, 3],
    ['a quote inside a plain field', 'a,b,yes\nc"x",d,no\n', /inside a field/, 3],
  ])('%s names the line', async (_, rows, message, line) => {
    const error = await userError(read('a.csv', `premise,hypothesis,label\n${rows}`))
    expect(error.message).toMatch(message)
    expect(error.where).toMatch(new RegExp(`a\\.csv:${line}$`))
  })
})

describe('JSON Lines', () => {
  it('take labels that are booleans, numbers and strings', async () => {
    const rows = [
      { question: 'q', passage: 'p', idx: 3, label: true },
      { question: 'q', passage: 'p', idx: 4, label: false },
    ]
    const { rows: read1 } = await read('b.jsonl', rows.map((r) => JSON.stringify(r)).join('\n'))
    expect(read1.map(({ id, label }) => [id, label])).toEqual([
      ['3', 'true'],
      ['4', 'false'],
    ])
    const original = '{"question":"q","title":"t","answer":true,"passage":"p"}\n'
    expect((await read('b.jsonl', original)).rows[0]).toMatchObject({ label: 'true', line: 1 })
    const numbers = '{"sentence1":"a","sentence2":"b","label":1}\n'
    expect((await read('b.json', numbers)).rows[0]).toMatchObject({ label: '1' })
  })

  it('drop pairs without a gold label, with their lines', async () => {
    const row = (label: string | null, id: string): string =>
      JSON.stringify({
        sentence1: 'a',
        sentence2: 'b',
        gold_label: label,
        captionID: 'c',
        pairID: id,
      })
    const { rows, report } = await read(
      'snli.jsonl',
      [row('neutral', '1'), row('-', '2'), row(null, '3')].join('\n'),
    )
    expect(rows.map(({ id }) => id)).toEqual(['1'])
    expect(report.layout).toContain('preset snli')
    expect(report.skipped).toEqual([
      { reason: 'no gold label ("-" in "gold_label")', count: 1, firstLines: [2] },
      { reason: 'no label in "gold_label"', count: 1, firstLines: [3] },
    ])
  })

  it('count fields that are missing or no text', async () => {
    const { report } = await read(
      'a.jsonl',
      [
        '{"premise":"a","hypothesis":"b","label":"yes"}',
        '{"premise":"a","label":"yes"}',
        '{"premise":["a"],"hypothesis":"b","label":"yes"}',
        '{"premise":"a","hypothesis":null,"label":"yes"}',
        '{"premise":"a","hypothesis":"b","label":{}}',
        '["a","b","yes"]',
      ].join('\n'),
    )
    expect(report.skipped.map(({ reason, firstLines }) => [reason, ...firstLines])).toEqual([
      ['no "hypothesis"', 2],
      ['"premise" is not text', 3],
      ['empty text in "hypothesis"', 4],
      ['"label" is not a label', 5],
      ['a JSON array among objects', 6],
    ])
    expect(report.rowsRead).toBe(6)
  })

  it('name line and column of broken JSON', async () => {
    const error = await userError(
      read('a.jsonl', '{"premise":"a","hypothesis":"b","label":"yes"}\n{"premise":"a",}\n'),
    )
    expect(error.message).toMatch(/broken JSON \(column 16\)/)
    expect(error.where).toMatch(/a\.jsonl:2$/)
  })

  it.each(['[\n  {"premise":"a"}\n]\n', '[{"premise":"a"}]', '{\n  "data": []\n}\n'])(
    'say what to do about a file that is one JSON value',
    async (text) => {
      expect((await userError(read('a.json', text))).fix).toContain('jq')
    },
  )

  it('may hold arrays, mapped by position', async () => {
    const { rows } = await read('a.jsonl', '["a","b","yes"]\n["c","d","no"]\n', {
      columns: { x: 0, y: 1, label: 2 },
    })
    expect(rows).toMatchObject([
      { x: 'a', y: 'b', label: 'yes' },
      { x: 'c', y: 'd', label: 'no' },
    ])
  })
})

describe('files that cannot be read', () => {
  const good = lines(header, ['0', 'Größe', 'b', 'yes'])

  it('name line and byte offset of what is not UTF-8', async () => {
    const bytes = Buffer.concat([Buffer.from(good), Buffer.from([0x61, 0xe9, 0x09])])
    const error = await userError(read('a.tsv', bytes))
    expect(error.message).toContain(`byte ${Buffer.byteLength(good) + 1} `)
    expect(error.where).toMatch(/a\.tsv:3$/)
    const cut = await userError(read('a.tsv', Buffer.from(good).subarray(0, good.indexOf('ö') + 1)))
    expect(cut.message).toContain(`byte ${good.indexOf('ö')} `)
  })

  it('find the offset beyond the first chunk of the stream, and characters cut by its end', async () => {
    const row = ['1', 'ö'.repeat(50_001), '😀'.repeat(40_001), 'yes']
    const long = lines(header, row, row)
    const { rows } = await read('a.tsv', long)
    expect(rows[1]).toMatchObject({ x: row[1], y: row[2], id: '1:3' })
    const bytes = Buffer.concat([Buffer.from(long), Buffer.from([0xc3, 0x28])])
    const error = await userError(read('a.tsv', bytes))
    expect(error.message).toContain(`byte ${Buffer.byteLength(long)} `)
    expect(error.where).toMatch(/a\.tsv:4$/)
  })

  it.each([
    ['gzip', gzipSync(good), 'gzip'],
    ['UTF-16', Buffer.from(`\ufeff${good}`, 'utf16le'), 'UTF-16'],
    ['a zip file', Buffer.from('PK\x03\x04\xff\xff', 'latin1'), 'zip'],
  ])('recognise %s', async (_, bytes, fix) => {
    expect((await userError(read('a.tsv', bytes))).fix).toContain(fix)
  })

  it('are told apart: absent, a folder, empty, blank, of no known format', async () => {
    const path = write('a.tsv', good)
    const folder = join(dirname(path), 'folder.tsv')
    mkdirSync(folder)
    const open = (name: string) => userError(readSource({ path: name, format: 'auto' }))
    expect((await open(`${path}.tsv`)).message).toBe('the file does not exist')
    expect((await open('absent.csv')).fix).toContain(process.cwd())
    expect((await open(folder)).message).toBe('this is not a file')
    expect((await open(write('b.tsv', ''))).message).toBe('the file is empty')
    expect((await open(write('b.tsv', '\n\n'))).message).toContain('blank')
    expect((await open(write('c.dat', good))).fix).toContain('set format')
  })

  it('have a line longer than 16 Mi characters', async () => {
    const endless = 'a'.repeat(16 * 1024 * 1024 + 9)
    for (const [name, text] of [
      ['a.tsv', `${good}${endless}`],
      ['a.csv', `premise,hypothesis,label\n"${endless}`],
    ] as const) {
      const error = await userError(read(name, text))
      expect(error.message).toContain('longer than 16 Mi')
      expect(error.where).toMatch(/:[23]$/)
    }
  })
})

describe('reports', () => {
  it('say where a limit stopped', async () => {
    const row = (i: number): string[] => [`${i}`, 'a', 'b', 'yes']
    const text = lines(header, row(0), row(1), row(2))
    const { report } = await read('a.tsv', text, { limit: 2 })
    expect(report).toMatchObject({ rowsRead: 2, rowsKept: 2 })
    expect(report.notes).toEqual(['stopped at the limit of 2 rows, before line 4'])
    expect((await read('a.tsv', text, { limit: 3 })).report.notes).toEqual([])
  })

  it('make repeated ids unique and say so', async () => {
    const row = ['7', 'a', 'b', 'yes']
    const { rows, report } = await read('a.tsv', lines(header, row, row, ['', 'a', 'b', 'no']))
    expect(rows.map(({ id }) => id)).toEqual(['7', '7:3', expect.stringMatching(/a\.tsv:4$/)])
    expect(report.notes).toEqual(['1 ids occurred before in the file; their line was appended'])
  })
})
