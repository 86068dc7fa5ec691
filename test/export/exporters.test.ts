import { parse as parseCsv } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { exporters } from '../../src-main/export/exporters.ts'
import { escapeLatex } from '../../src-main/export/latex.ts'
import { escapeMarkdown } from '../../src-main/export/markdown.ts'
import type { Cell, ExportTable } from '../../src-main/export/table.ts'

async function render(format: string, table: ExportTable): Promise<string> {
  const exporter = exporters.find((candidate) => candidate.format === format)
  if (!exporter) throw new Error(`no exporter ${format}`)
  const parts: Uint8Array[] = []
  for await (const part of exporter.render(table)) parts.push(Buffer.from(part))
  return Buffer.concat(parts).toString()
}

const textTable = (rows: Cell[][]): ExportTable => ({
  columns: (rows[0] ?? []).map((_, i) => ({ key: `c${i}`, title: `c${i}`, kind: 'text' })),
  rows,
})

const results: ExportTable = {
  columns: [
    { key: 'name', title: 'name', kind: 'text' },
    { key: 'dev/accuracy', title: 'dev acc', kind: 'spread' },
    { key: 'steps', title: 'steps', kind: 'number' },
  ],
  rows: [
    ['bi_encoder', { mean: 0.8125, std: 0.01, n: 3 }, 1200],
    ['virt_encoder', { mean: -0.5, std: null, n: 1 }, NaN],
    ['50 % & more', null, 1 / 3],
  ],
}

// Hostile texts: what the formats have for themselves, and line ends of all kinds.
const hostile = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({
    unit: fc.constantFrom(
      ...'",;\t\r\n=+-@\'|`*_~<>&[](){}$%#^\\!/: a0',
      '\u2028',
      '–',
      '中',
      '<br>',
      'https://',
    ),
  }),
)

describe('csv', () => {
  test('keeps numbers whole and gives a mean three columns', async () => {
    expect(await render('csv', results)).toBe(
      'name,dev/accuracy.mean,dev/accuracy.std,dev/accuracy.n,steps\n' +
        'bi_encoder,0.8125,0.01,3,1200\n' +
        'virt_encoder,-0.5,,1,NaN\n' +
        '50 % & more,,,,0.3333333333333333\n',
    )
  })

  test('any text comes back from an independent reader, a formula with an apostrophe before it', () => {
    return fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(hostile, hostile), { minLength: 1 }), async (rows) => {
        const read = parseCsv(await render('csv', textTable(rows)), {
          from_line: 1,
          relax_column_count: false,
        })
        const guarded = (text: string) => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text)
        expect(read.slice(1)).toEqual(rows.map((row) => row.map(guarded)))
      }),
    )
  })

  test('any number comes back to the bit', () => {
    return fc.assert(
      fc.asyncProperty(fc.double(), async (number) => {
        const line = (await render('csv', textTable([[number]]))).split('\n')[1]
        expect(Number(line)).toBe(number + 0)
      }),
    )
  })
})

describe('json', () => {
  test('is a list of objects; what JSON has no number for is a text', async () => {
    expect(JSON.parse(await render('json', results))).toEqual([
      { name: 'bi_encoder', 'dev/accuracy': { mean: 0.8125, std: 0.01, n: 3 }, steps: 1200 },
      { name: 'virt_encoder', 'dev/accuracy': { mean: -0.5, std: null, n: 1 }, steps: 'NaN' },
      { name: '50 % & more', 'dev/accuracy': null, steps: 1 / 3 },
    ])
    expect(JSON.parse(await render('json', { ...results, rows: [] }))).toEqual([])
  })

  test('any text comes back', () => {
    return fc.assert(
      fc.asyncProperty(fc.array(hostile, { minLength: 1 }), async (row) => {
        const read = JSON.parse(await render('json', textTable([row]))) as Record<string, string>[]
        expect(Object.values(read[0] ?? {})).toEqual(row)
      }),
    )
  })
})

describe('md', () => {
  test('is a table with numbers to the right', async () => {
    expect(await render('md', results)).toBe(
      '| name | dev acc | steps |\n' +
        '| --- | ---: | ---: |\n' +
        '| bi\\_encoder | 0.8125 ± 0.0100 (3) | 1200 |\n' +
        '| virt\\_encoder | −0.5000 (1) | NaN |\n' +
        '| 50 % \\& more | – | 0.3333 |\n',
    )
  })

  test('no text can leave its cell or be markup', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const escaped = escapeMarkdown(text)
        expect(escaped).not.toMatch(/[\r\n]/)
        const bare = escaped.replaceAll('<br>', '\n').replaceAll(/\\[^a-z0-9\s]/gi, '')
        expect(bare).not.toMatch(/[|`*_[\]<>~&$]/)
        // Nothing is lost.
        const back = escaped.replaceAll('<br>', '\n').replaceAll(/\\([^a-z0-9\s])/gi, '$1')
        expect(back).toBe(text.replaceAll(/\r\n|\r/g, '\n'))
      }),
    )
  })
})

describe('latex', () => {
  test('is a booktabs tabular', async () => {
    expect(await render('latex', results)).toBe(
      '% needs \\usepackage{booktabs}\n' +
        '\\begin{tabular}{lrr}\n' +
        '\\toprule\n' +
        'name & dev acc & steps \\\\\n' +
        '\\midrule\n' +
        'bi\\_encoder & 0.8125 $\\pm$ 0.0100 (3) & 1200 \\\\\n' +
        'virt\\_encoder & $-$0.5000 (1) & NaN \\\\\n' +
        '50 \\% \\& more & -- & 0.3333 \\\\\n' +
        '\\bottomrule\n' +
        '\\end{tabular}\n',
    )
  })

  /** What LaTeX would set: an independent reader of the few commands that an escaped text may have. */
  function typeset(source: string): string {
    const commands: Record<string, string> = {
      textbackslash: '\\',
      textasciitilde: '~',
      textasciicircum: '^',
      textless: '<',
      textgreater: '>',
      textbar: '|',
      textasciigrave: '`',
    }
    const mathSigns: Record<string, string> = {
      leq: '≤',
      geq: '≥',
      neq: '≠',
      approx: '≈',
      pm: '±',
      times: '×',
      'mathord-': '−',
      rightarrow: '→',
      infty: '∞',
      alpha: 'α',
      beta: 'β',
      lambda: 'λ',
      mu: 'μ',
      sigma: 'σ',
      tau: 'τ',
      chi: 'χ',
      Delta: 'Δ',
    }
    return source.replaceAll(
      /\\ensuremath\{\\([A-Za-z-]+)\}|\\symbol\{34\}|\\([a-z]+)\{\}|\\([{}$&#_%])|\{([[*])\}|\{\}|([{}$&#_%~^\\<>|`"])|---?|''|,,/g,
      (whole, math: string, command: string, sign: string, grouped: string, bare: string) => {
        if (math) return mathSigns[math] ?? `UNKNOWN ${math}`
        if (whole === '\\symbol{34}') return '"'
        if (command) return commands[command] ?? `UNKNOWN ${command}`
        if (bare || /^(--|''|,,)/.test(whole)) return `UNESCAPED ${whole}`
        return sign ?? grouped ?? ''
      },
    )
  }

  test('any text is set as it is, blanks and control characters apart', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const plain = text.replaceAll(/\s+/g, ' ').replaceAll(/\p{Cc}/gu, '')
        expect(typeset(escapeLatex(text))).toBe(plain)
      }),
      { numRuns: 500 },
    )
  })

  test('a row cannot begin with what would be an option of the row before', async () => {
    expect(await render('latex', textTable([['a'], ['[3pt]'], ['*']]))).toContain(
      'a \\\\\n{[}3pt] \\\\\n{*} \\\\\n',
    )
  })
})
