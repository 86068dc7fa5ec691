import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dataConfig } from '../../src-shared/config/data.ts'
import type { PairDataset } from '../../src-main/trainer/data/dataset.ts'
import { loadDataset } from '../../src-main/trainer/data/load.ts'
import { splitRows } from '../../src-main/trainer/data/split.ts'
import { sharedData, sharedDataMissing } from '../support/shared-data.ts'
import { lines, userError, write } from './files.ts'

const header = ['sentence1', 'sentence2', 'label', 'index']

/** A file of `rows` pairs; every premise occurs three times. */
function pairs(name: string, rows: number, label: (i: number) => string): string {
  const row = (i: number): string[] => [`${name} ${Math.floor(i / 3)}`, `y ${i}`, label(i), `${i}`]
  return write(`${name}.tsv`, lines(header, ...Array.from({ length: rows }, (_, i) => row(i))))
}

const alternating = (i: number): string => (i % 2 ? 'yes' : 'no')

function load(settings: Record<string, unknown>): Promise<PairDataset> {
  return loadDataset(dataConfig.parse(settings), 'unused')
}

describe('labels', () => {
  it('are sorted names, numbers by value', async () => {
    const words = await load({ train: { path: pairs('a', 40, alternating) } })
    expect(words.labels).toEqual(['no', 'yes'])
    expect(
      words.train.concat(words.dev).every(({ y, label }) => label === Number(y.slice(2)) % 2),
    ).toBe(true)
    const numbers = await load({ train: { path: pairs('a', 60, (i) => String(i % 12)) } })
    expect(numbers.labels.slice(0, 3).concat(numbers.labels.slice(-2))).toEqual([
      '0',
      '1',
      '2',
      '10',
      '11',
    ])
  })

  it('are in the given order, the same in every part', async () => {
    const { labels, train, dev } = await load({
      train: { path: pairs('a', 12, alternating) },
      dev: { path: pairs('b', 3, () => 'yes') },
      labels: ['yes', 'no'],
    })
    expect(labels).toEqual(['yes', 'no'])
    expect(train[0]).toMatchObject({ x: 'a 0', label: 1 })
    expect(dev.map(({ label }) => label)).toEqual([0, 0, 0])
  })

  it('that only dev has are an error which names the line', async () => {
    const dev = pairs('b', 3, (i) => (i === 1 ? 'maybe' : 'yes'))
    const error = await userError(
      load({ train: { path: pairs('a', 12, alternating) }, dev: { path: dev } }),
    )
    expect(error.message).toBe('the label "maybe" is none of "no", "yes"')
    expect(error.where).toBe(`${dev}:3 (label)`)
  })

  it('that are not among the given ones are an error too, in train and in what is cut from it', async () => {
    const path = pairs('a', 30, (i) => (i === 20 ? 'nein' : alternating(i)))
    const error = await userError(load({ train: { path }, labels: ['yes', 'no'] }))
    expect(error.where).toBe(`${path}:22 (label)`)
  })

  it('must be two at least, each once', async () => {
    const one = await userError(load({ train: { path: pairs('a', 12, () => 'yes') } }))
    expect(one.message).toBe('all 12 rows have the label "yes"')
    const twice = await userError(
      load({ train: { path: pairs('a', 12, alternating) }, labels: ['no', 'no'] }),
    )
    expect(twice.where).toBe('data.labels')
  })
})

describe('parts', () => {
  it('come from their files, with a report each', async () => {
    const { train, dev, test, reports, split } = await load({
      train: { path: pairs('a', 12, alternating) },
      dev: { path: pairs('b', 6, alternating) },
      test: { path: pairs('c', 9, alternating) },
    })
    expect([train.length, dev.length, test.length]).toEqual([12, 6, 9])
    expect(reports.map(({ rowsRead, rowsKept }) => [rowsRead, rowsKept])).toEqual([
      [12, 12],
      [6, 6],
      [9, 9],
    ])
    expect(split).toBeUndefined()
  })

  it('are cut from train where they have none', async () => {
    const { train, dev, test, split, reports } = await load({
      train: { path: pairs('a', 300, alternating) },
      split: { devFraction: 0.1, testFraction: 0.2 },
    })
    expect([train.length, dev.length, test.length]).toEqual([210, 30, 60])
    expect(split).toEqual({
      by: 'x',
      seed: 13,
      parts: {
        train: { rows: 210, groups: 70 },
        dev: { rows: 30, groups: 10 },
        test: { rows: 60, groups: 20 },
      },
    })
    expect(reports).toHaveLength(1)
  })

  it('cut with another seed differ, with the same seed do not', async () => {
    const path = pairs('a', 90, alternating)
    const cut = async (seed: number) =>
      (await load({ train: { path }, split: { seed } })).dev.map(({ id }) => id)
    expect(await cut(1)).toEqual(await cut(1))
    expect(await cut(1)).not.toEqual(await cut(2))
  })

  it('say which pairs they share with train', async () => {
    const path = pairs('a', 12, alternating)
    const { reports } = await load({ train: { path }, dev: { path } })
    expect(reports[1]?.notes).toEqual(['12 of 12 pairs are in the training file too'])
  })

  it('that are unlabelled are refused with every reason', async () => {
    const test = write('test.tsv', lines(header.slice(0, 2), ['a', 'b'], ['c', 'd']))
    const error = await userError(
      load({ train: { path: pairs('a', 60, alternating) }, test: { path: test } }),
    )
    expect(error.message).toBe(
      'no row can be used of 2: 2 × no label (the file has no label column) (lines 2, 3)',
    )
    expect(error.where).toBe(test)
    expect(error.fix).toContain('leave out data.test')
  })

  it('need a training file', async () => {
    expect((await userError(load({}))).where).toBe('data.train')
  })

  it('that would be empty are refused', async () => {
    const error = await userError(load({ train: { path: pairs('a', 3, alternating) } }))
    expect(error.message).toBe('no rows are left for dev: 3 rows in 1 groups that share x')
  })
})

describe('splitting', () => {
  const row = fc.record({ x: fc.constantFrom('a', ' a', 'b', 'c', 'd', 'e'), y: fc.string() })

  it.each(['x', 'y'] as const)('never puts two rows that share %s on two sides', (by) => {
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 20, maxLength: 60 }),
        fc.nat(),
        fc.boolean(),
        (rows, seed, test) => {
          let split: ReturnType<typeof splitRows<(typeof rows)[number]>>
          try {
            const settings = { by, seed, devFraction: 0.3, testFraction: 0.3 }
            split = splitRows(rows, settings, { dev: true, test })
          } catch (error) {
            expect((error as Error).message).toMatch(/^no rows are left/)
            return
          }
          const { train, dev, test: held } = split.parts
          expect(train.length + dev.length + held.length).toBe(rows.length)
          expect(new Set([...train, ...dev, ...held])).toEqual(new Set(rows))
          const texts = [train, dev, held].map((part) => new Set(part.map((r) => r[by].trim())))
          expect(texts.reduce((sum, set) => sum + set.size, 0)).toBe(
            new Set(rows.map((r) => r[by].trim())).size,
          )
        },
      ),
    )
  })

  it.skipIf(sharedDataMissing)(
    'SNLI by premise: 3,319 premises, 10 % of the rows each',
    async () => {
      const { train, dev, test, split } = await load({
        train: { path: sharedData('en/snli/dev.jsonl') },
        split: { testFraction: 0.1 },
      })
      expect([dev.length, test.length]).toEqual([984, 984])
      const premises = [train, dev, test].map((part) => new Set(part.map(({ x }) => x.trim())))
      expect(Object.values(split?.parts ?? {}).map(({ groups }) => groups)).toEqual(
        premises.map(({ size }) => size),
      )
      expect(premises.reduce((sum, { size }) => sum + size, 0)).toBe(3319)
    },
  )
})
