/**
 * Fills `mask` with 1/(1 − rate) where an element is kept (probability 1 − rate) and 0 where it is dropped.
 *
 * Element i depends on (key, i) only, not on what was drawn before: a hash of the index with the key mixed in
 * before and between its two rounds (constants of Chris Wellons' `lowbias32`, whose outputs are 1:1 with the
 * index). So every backend gets the same numbers, and a resumed run those of the uninterrupted one.
 */
export function fillDropoutMask(
  mask: Float32Array,
  rate: number,
  [key0, key1]: readonly [number, number],
): void {
  if (!(rate >= 0 && rate < 1)) throw new RangeError(`dropout rate ${rate} is not in [0, 1)`)
  const before = scramble(key0 ^ scramble(key1))
  const between = scramble(before ^ key1)
  // The upper 31 bits of the hash as an integer below 2³¹: kept when they reach rate · 2³¹. The sign of the
  // difference picks the bits of the scale or of 0, because a branch taken at random stalls the processor.
  const threshold = Math.round(rate * 0x8000_0000) - 1
  const bits = new Int32Array(mask.buffer, mask.byteOffset, mask.length)
  const kept = new Int32Array(new Float32Array([1 / (1 - rate)]).buffer)[0]!
  for (let i = 0; i < bits.length; i++) {
    let h = i ^ before
    h = Math.imul(h ^ (h >>> 16), 0x7feb352d) ^ between
    h = Math.imul(h ^ (h >>> 15), 0x846ca68b)
    h ^= h >>> 16
    bits[i] = ((threshold - (h >>> 1)) >> 31) & kept
  }
}

function scramble(value: number): number {
  let h = (value + 0x9e3779b9) | 0
  h = Math.imul(h ^ (h >>> 16), 0x7feb352d)
  h = Math.imul(h ^ (h >>> 15), 0x846ca68b)
  return h ^ (h >>> 16)
}
