import { createHash } from 'node:crypto'
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { UserError } from '../../src-shared/errors.ts'
import {
  openSafetensors,
  readSafetensors,
  writeSafetensors,
} from '../../src-main/trainer/weights/safetensors.ts'
import { useBackend } from '../support/each-backend.ts'
import { temporaryFolder } from '../support/tiny-task.ts'

const folder = temporaryFolder()
const path = join(folder, 'model.safetensors')

interface Entry {
  dtype: string
  shape: number[]
  data_offsets: [number, number]
}

/** A file made by hand. */
function writeRaw(header: unknown, data: Uint8Array, declaredLength?: bigint): void {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(declaredLength ?? BigInt(json.length))
  writeFileSync(path, Buffer.concat([length, json, data]))
}

const entry = (shape: number[], begin: number, end: number, dtype = 'F32'): Entry => ({
  dtype,
  shape,
  data_offsets: [begin, end],
})

async function refusal(): Promise<string> {
  try {
    await (await openSafetensors(path)).close()
  } catch (error) {
    if (error instanceof UserError) return error.explain()
    throw error
  }
  return 'accepted'
}

beforeAll(() => useBackend('cpu'))

describe('what is written', () => {
  it('is read back to the bit, names, shapes and all', async () => {
    const tensorsArbitrary = fc.dictionary(
      fc.string({ minLength: 1, maxLength: 20 }).filter((name) => name !== '__metadata__'),
      fc.array(fc.nat({ max: 3 }), { maxLength: 3 }).chain((shape) =>
        fc
          .float32Array({
            minLength: tf.util.sizeFromShape(shape),
            maxLength: tf.util.sizeFromShape(shape),
          })
          .map((values) => ({ shape, values })),
      ),
      { maxKeys: 5 },
    )
    const property = fc.asyncProperty(tensorsArbitrary, async (wanted) => {
      const tensors = new Map<string, Tensor>(
        Object.entries(wanted).map(([name, { shape, values }]) => [name, tf.tensor(values, shape)]),
      )
      await writeSafetensors(path, tensors, { note: 'ε' })
      const read = await readSafetensors(path)
      expect(read.metadata).toEqual({ format: 'pt', note: 'ε' })
      expect([...read.tensors.keys()]).toEqual([...tensors.keys()])
      for (const [name, { shape, values }] of Object.entries(wanted)) {
        expect(read.tensors.get(name)!.shape).toEqual(shape)
        const found = read.tensors.get(name)!.dataSync()
        expect(Buffer.from(found.buffer).equals(Buffer.from(values.buffer))).toBe(true)
      }
      tf.dispose([...tensors.values(), ...read.tensors.values()])
    })
    await fc.assert(property, { numRuns: 40 })
  })

  it('keeps a tensor of any name', async () => {
    await writeSafetensors(path, new Map([['__proto__', tf.tensor([1, 2])]]))
    const { tensors } = await readSafetensors(path)
    expect([...tensors.get('__proto__')!.dataSync()]).toEqual([1, 2])
    tf.dispose([...tensors.values()])
  })

  it('is described by the size and sha256 that come back', async () => {
    const written = await writeSafetensors(path, new Map([['w', tf.tensor([1, 2, 3])]]))
    const bytes = readFileSync(path)
    expect(written).toEqual({
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    })
    expect(bytes.readBigUInt64LE() % 8n).toBe(0n)
  })

  it('replaces a file only when it is whole', async () => {
    await writeSafetensors(path, new Map([['w', tf.tensor([1])]]))
    const before = readFileSync(path)
    const disposed = tf.tensor([2])
    disposed.dispose()
    await expect(writeSafetensors(path, new Map([['w', disposed]]))).rejects.toThrow()
    expect(readFileSync(path)).toEqual(before)
    expect(readdirSync(folder)).toEqual(['model.safetensors'])
  })
})

describe('what is read', () => {
  it('is widened to float32 from F16 and BF16', async () => {
    const data = new Uint8Array(12)
    const view = new DataView(data.buffer)
    view.setFloat16(0, -1.5, true)
    view.setFloat16(2, 65504, true) // the largest float16
    view.setFloat16(4, 2 ** -24, true) // the smallest
    view.setUint16(6, 0x3fc0, true) // 1.5
    view.setUint16(8, 0xff80, true) // −∞
    view.setUint16(10, 0x0001, true) // the smallest bfloat16
    writeRaw({ half: entry([3], 0, 6, 'F16'), brain: entry([3], 6, 12, 'BF16') }, data)
    const { tensors } = await readSafetensors(path)
    expect([...tensors.get('half')!.dataSync()]).toEqual([-1.5, 65504, 2 ** -24])
    expect([...tensors.get('brain')!.dataSync()]).toEqual([1.5, -Infinity, 2 ** -133])
  })

  it('may hold integers, which only fail when they are wanted as weights', async () => {
    writeRaw({ ids: entry([1], 0, 8, 'I64') }, new Uint8Array(8))
    const file = await openSafetensors(path)
    await expect(file.read('ids')).rejects.toThrow(/tensor ids .*is I64/)
    await file.close()
  })

  it.each<[string, () => void, RegExp]>([
    ['a header longer than the file', () => writeRaw({}, new Uint8Array(), 999n), /offset 0/],
    ['a huge header', () => writeRaw({}, new Uint8Array(), 2n ** 63n), /does not fit/],
    ['no room for a length', () => writeFileSync(path, 'abc'), /only 3 bytes/],
    ['no JSON', () => writeRaw('{"a', new Uint8Array()), /not a JSON object/],
    ['a JSON array', () => writeRaw([], new Uint8Array()), /not a JSON object/],
    [
      'an unknown type',
      () => writeRaw({ w: entry([1], 0, 4, 'F33') }, new Uint8Array(4)),
      /tensor w: dtype/,
    ],
    [
      'a negative size',
      () => writeRaw({ w: entry([-1], 0, 4) }, new Uint8Array(4)),
      /tensor w: shape/,
    ],
    [
      'a shape that needs other bytes than the offsets give',
      () => writeRaw({ w: entry([3], 0, 8) }, new Uint8Array(8)),
      /tensor w: offsets .* hold 8 bytes, but F32 \[3\] takes 12/,
    ],
    [
      'a tensor beyond the end',
      () => writeRaw({ w: entry([4], 0, 16) }, new Uint8Array(8)),
      /tensor w: ends at offset \d+, but the file has .* cut off/s,
    ],
    [
      'overlapping tensors',
      () => writeRaw({ a: entry([2], 0, 8), b: entry([2], 4, 12) }, new Uint8Array(12)),
      /tensor b: .*overlaps/,
    ],
    [
      'a gap between tensors',
      () => writeRaw({ a: entry([1], 0, 4), b: entry([1], 8, 12) }, new Uint8Array(12)),
      /tensor b: .*gap/,
    ],
    [
      'bytes of no tensor',
      () => writeRaw({ a: entry([1], 0, 4) }, new Uint8Array(5)),
      /1 bytes from offset/,
    ],
  ])('is refused with %s', async (_, write, message) => {
    write()
    const said = await refusal()
    expect(said).toMatch(message)
    expect(said).toContain(path)
  })

  it('is either accepted whole or refused with a UserError, however its header is mutated', async () => {
    const header = JSON.stringify({ a: entry([2, 1], 0, 8), b: entry([1], 8, 12) })
    const data = new Uint8Array(12)
    const mutations = fc.array(
      fc.record({
        at: fc.nat({ max: header.length - 1 }),
        to: fc.constantFrom(...'0123456789-.eE[]{},:"F ab\\\u0000é'),
      }),
      { minLength: 1, maxLength: 3 },
    )
    const property = fc.asyncProperty(mutations, async (changes) => {
      const mutated = [...header]
      for (const { at, to } of changes) mutated[at] = to
      writeRaw(mutated.join(''), data)
      if ((await refusal()) !== 'accepted') return
      const file = await openSafetensors(path)
      for (const [name, { begin, end, dtype }] of file.entries) {
        expect(end).toBeLessThanOrEqual(readFileSync(path).length)
        if (dtype === 'F32') expect((await file.read(name)).byteLength).toBe(end - begin)
      }
      await file.close()
    })
    await fc.assert(property, { numRuns: 400 })
  })
})
