import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { EncodedPair, TokenBlock } from '../../src-main/trainer/data/batch.ts'
import { epochBatches, evalBatches } from '../../src-main/trainer/data/batches.ts'
import { encodePairs } from '../../src-main/trainer/data/encode.ts'
import { makeBatch } from '../../src-main/trainer/data/make-batch.ts'
import type { PairTokenizer } from '../../src-main/trainer/tokenizer/wordpiece.ts'

const specials = { cls: 101, sep: 102, pad: 0 }

/** Every character is a token. */
const characters: PairTokenizer = {
  encode: (text) => Int32Array.from(text, (character) => character.charCodeAt(0)),
  tokenOf: (id) => String.fromCharCode(id),
  vocabSize: 0x10000,
  specials,
  unknown: 100,
}

function pair(xLength: number, yLength: number, id = 'p', label = 0): EncodedPair {
  const ids = (n: number, from: number): Int32Array =>
    Int32Array.from({ length: n }, (_, i) => from + i)
  return { id, xIds: ids(xLength, 1000), yIds: ids(yLength, 2000), label }
}

const arbitraryPair = fc
  .record({ x: fc.integer({ min: 1, max: 40 }), y: fc.integer({ min: 1, max: 40 }) })
  .map(({ x, y }) => pair(x, y))
const arbitraryPairs = fc.array(arbitraryPair, { minLength: 1, maxLength: 300 })

describe('encodePairs', () => {
  const example = (x: string, y: string) => ({ id: 'e', x, y, label: 1 })

  it('cuts each text to its own length, [CLS] and [SEP] counted, and counts what it cut', () => {
    const { pairs, truncated } = encodePairs(
      [example('abc', 'abcdef'), example('abcd', 'ab')],
      characters,
      { xMaxLength: 5, yMaxLength: 4 },
    )
    expect(pairs.map(({ xIds, yIds }) => [xIds.length, yIds.length])).toEqual([
      [3, 2],
      [3, 2],
    ])
    expect([...(pairs[0]?.yIds ?? [])]).toEqual([...characters.encode('ab')])
    expect(truncated).toEqual({ x: 1, y: 1 })
  })

  it('leaves at least one token of a text that has none', () => {
    const { pairs, truncated } = encodePairs([example('', 'a')], characters, {
      xMaxLength: 3,
      yMaxLength: 3,
    })
    expect([...(pairs[0]?.xIds ?? [])]).toEqual([100])
    expect(truncated).toEqual({ x: 0, y: 0 })
  })

  it('never exceeds the lengths, in the towers or jointly', () => {
    const length = fc.integer({ min: 3, max: 12 })
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), fc.string())), length, length, (texts, xm, ym) => {
        const { pairs, truncated } = encodePairs(
          texts.map(([x, y]) => example(x, y)),
          characters,
          { xMaxLength: xm, yMaxLength: ym },
        )
        expect(pairs).toHaveLength(texts.length)
        const { x, y, joint } = makeBatch(pairs, specials)
        expect(x.length).toBeLessThanOrEqual(xm)
        expect(y.length).toBeLessThanOrEqual(ym)
        expect(joint.length).toBeLessThanOrEqual(xm + ym - 1)
        expect(truncated.x).toBe(texts.filter(([text]) => [...text].length > xm - 2).length)
      }),
    )
  })
})

describe('makeBatch', () => {
  it('lays out towers and the joint sequence with segments, masks and padding', () => {
    const { ids, labels, x, y, joint } = makeBatch(
      [pair(2, 1, 'first', 2), pair(1, 3, 'second', 0)],
      specials,
    )
    expect(ids).toEqual(['first', 'second'])
    expect([...labels]).toEqual([2, 0])
    expect(rowsOf(x)).toEqual([
      [101, 1000, 1001, 102],
      [101, 1000, 102, 0],
    ])
    expect(rowsOf(y)).toEqual([
      [101, 2000, 102, 0, 0],
      [101, 2000, 2001, 2002, 102],
    ])
    expect(rowsOf(joint)).toEqual([
      [101, 1000, 1001, 102, 2000, 102, 0],
      [101, 1000, 102, 2000, 2001, 2002, 102],
    ])
    expect(rowsOf(joint, joint.tokenTypeIds)).toEqual([
      [0, 0, 0, 0, 1, 1, 0],
      [0, 0, 0, 1, 1, 1, 1],
    ])
    expect(
      rowsOf(x, x.tokenTypeIds)
        .flat()
        .every((type) => type === 0),
    ).toBe(true)
  })

  it('pads to the longest of the batch, masks just the padding, and keeps every content id', () => {
    fc.assert(
      fc.property(fc.array(arbitraryPair, { minLength: 1, maxLength: 8 }), (pairs) => {
        const batch = makeBatch(pairs, specials)
        for (const block of [batch.x, batch.y, batch.joint]) {
          expect(block.batch).toBe(pairs.length)
          expect(block.length).toBe(Math.max(...block.lengths))
          rowsOf(block).forEach((row, i) => {
            const n = block.lengths[i] ?? 0
            expect(row.slice(n).every((id) => id === specials.pad)).toBe(true)
            expect(row[0]).toBe(specials.cls)
            expect(row[n - 1]).toBe(specials.sep)
            const mask = rowsOf(block, block.attentionMask)[i] ?? []
            expect(mask).toEqual(row.map((_, position) => (position < n ? 1 : 0)))
          })
        }
        pairs.forEach(({ xIds, yIds }, i) => {
          const xLength = batch.x.lengths[i] ?? 0
          const row = rowsOf(batch.joint)[i] ?? []
          expect(row.slice(1, xLength - 1)).toEqual([...xIds])
          // batch.ts: y's content starts at x.lengths[i].
          expect(row.slice(xLength, xLength + yIds.length)).toEqual([...yIds])
        })
      }),
    )
  })

  it('of no pairs is empty', () => {
    expect(makeBatch([], specials).joint).toMatchObject({ batch: 0, length: 0 })
  })
})

describe('epochBatches', () => {
  const options = fc.record({
    batchSize: fc.integer({ min: 1, max: 9 }),
    bucketing: fc.boolean(),
    seed: fc.nat(),
    epoch: fc.nat({ max: 50 }),
    read: fc.constantFrom('jointly' as const, 'apart' as const),
  })

  it('covers every index once, in full batches but for one', () => {
    fc.assert(
      fc.property(arbitraryPairs, options, (pairs, opts) => {
        const batches = epochBatches(pairs, opts)
        expect(batches.flat().sort((a, b) => a - b)).toEqual([...pairs.keys()])
        const short = batches.filter(({ length }) => length !== opts.batchSize)
        expect(short.length).toBe(pairs.length % opts.batchSize === 0 ? 0 : 1)
      }),
    )
  })

  it('is a pure function of its arguments; epochs and seeds differ', () => {
    const pairs = Array.from({ length: 200 }, (_, i) => pair(1 + (i % 7), 1 + (i % 11)))
    const order = (seed: number, epoch: number, bucketing = true) =>
      epochBatches(pairs, { batchSize: 8, bucketing, seed, epoch })
    expect(order(1, 2)).toEqual(order(1, 2))
    const orders = [order(1, 2), order(2, 1), order(1, 3), order(1, 2, false)]
    expect(new Set(orders.map((batches) => JSON.stringify(batches))).size).toBe(4)
  })

  it('with bucketing wastes far less on padding, and does not go from short to long', () => {
    const pairs = Array.from({ length: 5000 }, (_, i) =>
      pair(1 + ((i * 37) % 60), 1 + ((i * 11) % 20)),
    )
    const padding = (bucketing: boolean): number => {
      const batches = epochBatches(pairs, { batchSize: 16, bucketing, seed: 1, epoch: 0 })
      const tokens = (i: number): number =>
        (pairs[i]?.xIds.length ?? 0) + (pairs[i]?.yIds.length ?? 0)
      const padded = batches.map((b) => Math.max(...b.map(tokens)) * b.length)
      const first = padded.slice(0, 100).reduce((a, b) => a + b)
      const last = padded.slice(-100).reduce((a, b) => a + b)
      expect(Math.abs(first - last) / (first + last)).toBeLessThan(0.1)
      return (
        1 -
        [...pairs.keys()].reduce((sum, i) => sum + tokens(i), 0) / padded.reduce((a, b) => a + b)
      )
    }
    expect(padding(false)).toBeGreaterThan(0.35)
    expect(padding(true)).toBeLessThan(0.03)
  })

  it('pads texts that are read apart less than batches of like joint length would', () => {
    const pairs = Array.from({ length: 5000 }, (_, i) =>
      pair(1 + ((i * 37) % 60), 1 + ((i * 11) % 40)),
    )
    const padded = (read: 'jointly' | 'apart') =>
      epochBatches(pairs, { batchSize: 16, bucketing: true, seed: 1, epoch: 0, read }).reduce(
        (sum, batch) =>
          sum +
          batch.length * Math.max(...batch.map((i) => pairs[i]!.xIds.length)) +
          batch.length * Math.max(...batch.map((i) => pairs[i]!.yIds.length)),
        0,
      )
    expect(padded('apart') / padded('jointly')).toBeLessThan(0.85)
  })
})

describe('evalBatches', () => {
  it('covers every index once and is always the same', () => {
    fc.assert(
      fc.property(
        arbitraryPairs,
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom('jointly' as const, 'apart' as const),
        (pairs, batchSize, read) => {
          const batches = evalBatches(pairs, batchSize, read)
          expect(batches.flat().sort((a, b) => a - b)).toEqual([...pairs.keys()])
          expect(batches).toEqual(evalBatches(pairs, batchSize, read))
          expect(batches).toHaveLength(Math.ceil(pairs.length / batchSize))
        },
      ),
    )
  })

  it('pads texts that are read apart far less than batches of like joint length would', () => {
    const pairs = Array.from({ length: 512 }, (_, i) =>
      pair(1 + ((i * 37) % 60), 1 + ((i * 11) % 40)),
    )
    const padding = (read: 'jointly' | 'apart'): number => {
      const sum = (lengths: number[]) => lengths.reduce((a, b) => a + b, 0)
      const tokens = pairs.map(({ xIds, yIds }) => xIds.length + yIds.length)
      const padded = evalBatches(pairs, 32, read).map((batch) => {
        const longest = (side: 'xIds' | 'yIds') =>
          Math.max(...batch.map((i) => pairs[i]![side].length))
        return batch.length * (longest('xIds') + longest('yIds'))
      })
      return 1 - sum(tokens) / sum(padded)
    }
    expect(padding('jointly')).toBeGreaterThan(0.25)
    expect(padding('apart')).toBeLessThan(0.2)
  })
})

function rowsOf(block: TokenBlock, values: Int32Array | Float32Array = block.inputIds): number[][] {
  return Array.from({ length: block.batch }, (_, row) =>
    Array.from(values.subarray(row * block.length, (row + 1) * block.length)),
  )
}
