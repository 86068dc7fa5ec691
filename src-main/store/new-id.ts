import { createHash, randomBytes } from 'node:crypto'

// Without vowels and look-alikes; a letter comes first so that no id reads as a number.
const letters = 'bcdfghjkmnpqrstvwxyz'
const alphabet = letters + '23456789'

/** Eight characters, about 38 bits: short enough to type, too many to meet by chance in one folder. */
export const newId = (): string => idOf(randomBytes(8))

/** Always the same for the same text: what was imported once is known again. */
export const idFrom = (text: string): string =>
  idOf(createHash('sha256').update(text).digest().subarray(0, 8))

function idOf(bytes: Uint8Array): string {
  return [...bytes]
    .map((byte, i) => {
      const from = i === 0 ? letters : alphabet
      return from.charAt(byte % from.length)
    })
    .join('')
}
