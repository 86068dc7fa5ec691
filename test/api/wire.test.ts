import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeWire, encodeWire } from '../../src-shared/contract/wire.ts'

const through = (value: unknown) => decodeWire(encodeWire(value))

describe('what travels over HTTP', () => {
  test.each([
    new Uint8Array([0, 255]),
    new Int32Array([-1, 2 ** 31 - 1]),
    new Uint16Array([65535]),
    new Float32Array([NaN, Infinity, -0, 1.5]),
    new Float64Array([Math.PI, -Infinity, NaN]),
    new Float64Array(0),
  ])('%o stays what it is, wherever it lies in the message', (array) => {
    const got = through({ pad: 'abc', array, behind: [array] }) as {
      array: unknown
      behind: unknown[]
    }
    expect(got.array).toStrictEqual(array)
    expect(got.behind[0]).toStrictEqual(array)
  })

  test('a view of a larger buffer brings its own elements only', () => {
    const whole = Float64Array.from([1, 2, 3, 4])
    expect(through(whole.subarray(1, 3))).toStrictEqual(Float64Array.from([2, 3]))
    expect(through(Buffer.from('abc'))).toStrictEqual(new Uint8Array([97, 98, 99]))
  })

  test('numbers that JSON has no word for', () => {
    expect(through({ a: NaN, b: -Infinity, c: 1e300, d: Number.MAX_SAFE_INTEGER })).toEqual({
      a: NaN,
      b: -Infinity,
      c: 1e300,
      d: Number.MAX_SAFE_INTEGER,
    })
  })

  test('undefined fields are left out, as JSON leaves them out', () => {
    expect(through({ a: undefined, b: null })).toStrictEqual({ b: null })
  })

  test('any JSON value comes back', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        // −0 is an integer to MessagePack.
        const plain = JSON.parse(JSON.stringify(value)) as unknown
        expect(through(plain)).toEqual(plain)
      }),
      { numRuns: 200 },
    )
  })

  test('bytes that are no message are refused', () => {
    expect(() => decodeWire(new Uint8Array([0xc1]))).toThrow()
    expect(() => decodeWire(new Uint8Array(0))).toThrow()
  })
})
