import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import { createBreather } from '../breathe.ts'
import { isRefusal, type ExamplePairs, type PairedTest } from '../paired.ts'

/**
 * Approximate randomization (Noreen 1989; Yeh, COLING 2000): if the two systems are equally good, exchanging
 * their answers to any example gives data as likely as the real ones. p is the share of exchanges whose
 * difference is at least as large. Where all of them are fewer than the rounds, all are tried, and p is
 * exact; else (c + 1) / (rounds + 1).
 */
export const approximateRandomization: PairedTest = {
  title: 'approximate randomization',
  over: 'examples',
  async run({ examples }, { rounds, seed }) {
    if (isRefusal(examples)) return examples
    const { difference, examples: n, differing } = examples
    if (differing.length === 0) return 'no_discordant_answers'
    const all = 2 ** differing.length
    const exact = all <= rounds
    const as = await (exact ? countAll(examples, all) : countSome(examples, rounds, seed))
    return {
      statistic: difference,
      p: exact ? as / all : (as + 1) / (rounds + 1),
      n,
      // The data themselves and their mirror image.
      smallestP: exact ? 2 / all : 1 / (rounds + 1),
    }
  },
}

async function countAll(pairs: ExamplePairs, all: number): Promise<number> {
  const breathe = createBreather()
  const reached = reaches(pairs.difference)
  const swap = new Uint8Array(pairs.differing.length)
  let count = 0
  for (let signs = 0; signs < all; signs++) {
    for (let i = 0; i < swap.length; i++) swap[i] = (signs >> i) & 1
    if (reached(pairs.exchanged(swap))) count++
    await breathe()
  }
  return count
}

async function countSome(pairs: ExamplePairs, rounds: number, seed: number): Promise<number> {
  const breathe = createBreather()
  const reached = reaches(pairs.difference)
  const generator = xoroshiro128plus(seed)
  const swap = new Uint8Array(pairs.differing.length)
  let count = 0
  for (let round = 0; round < rounds; round++) {
    let bits = 0
    for (let i = 0; i < swap.length; i++) {
      if (i % 32 === 0) bits = generator.next()
      swap[i] = bits & 1
      bits >>>= 1
    }
    if (reached(pairs.exchanged(swap))) count++
    await breathe()
  }
  return count
}

/** Sums in another order round otherwise: what is equal must count as equal. */
function reaches(difference: number): (other: number) => boolean {
  const bar = Math.abs(difference) - 1e-12
  return (other) => Math.abs(other) >= bar
}
