import { randomBytes } from 'node:crypto'

// Without vowels and look-alikes; a letter comes first so that no id reads as a number.
const letters = 'bcdfghjkmnpqrstvwxyz'
const alphabet = letters + '23456789'

/** Eight characters, about 38 bits: short enough to type, too many to meet by chance in one folder. */
export function newId(): string {
  return [...randomBytes(8)]
    .map((byte, i) => {
      const from = i === 0 ? letters : alphabet
      return from.charAt(byte % from.length)
    })
    .join('')
}
