/** As the command line reads them: `5` is 1 to 5; `1,3,7` and `7,` are what they name. Undefined: neither. */
export function readSeeds(text: string): number[] | undefined {
  const trimmed = text.trim()
  if (/^\d+$/.test(trimmed)) {
    const count = Number(trimmed)
    if (count < 1 || count > mostSeeds) return undefined
    return Array.from({ length: count }, (_, i) => i + 1)
  }
  const parts = trimmed.replace(/,\s*$/, '').split(',')
  if (!parts.every((part) => /^\s*\d+\s*$/.test(part)) || parts.length > mostSeeds) return undefined
  const seeds = parts.map(Number)
  return new Set(seeds).size === seeds.length ? seeds : undefined
}

const mostSeeds = 1000
