import { uniformInt } from 'pure-rand/distribution/uniformInt'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import {
  hypothesisActivities,
  people,
  premiseActivities,
  timeKinds,
  type TimeKind,
} from './lexicon.ts'

/** Class order; the index minus 1 is how far the hypothesis lies ahead of the premise. */
export const demoLabels = ['before', 'same', 'after'] as const

export interface DemoPair {
  premise: string
  hypothesis: string
  label: (typeof demoLabels)[number]
}

/** In the order of a DemoDataset; written as <name>.jsonl. */
export const demoSplitSizes = { train: 4000, dev: 500, test: 500 } as const

export type DemoSplit = keyof typeof demoSplitSizes
export type DemoDataset = Record<DemoSplit, DemoPair[]>

/** Part of the dataset's identity: another seed is another dataset. */
const DEMO_SEED = 2112_04195
/** A text starts with its times this often (in tenths), so that no position gives the words' roles away. */
const TIMES_FIRST_TENTHS = 3

/**
 * The demo pairs: a premise names one to three times of different kinds, the hypothesis one of the same
 * kind as one of them; the label says whether that is one step before, the same, or one step after.
 * A pure function of the seed. No text of one split occurs in another, no pair occurs twice, and within a
 * split the classes differ by at most one pair.
 */
export function demoPairs(seed: number = DEMO_SEED): DemoDataset {
  const draw = drawer(seed)
  const splitOf = new Map<string, DemoSplit>()
  const seen = new Set<string>()
  const fill = (split: DemoSplit): DemoPair[] => {
    const pairs: DemoPair[] = []
    while (pairs.length < demoSplitSizes[split]) {
      const pair = drawPair(draw, demoLabels[pairs.length % demoLabels.length] ?? 'same')
      const texts = [pair.premise, pair.hypothesis]
      const key = texts.join('\t')
      if (seen.has(key) || texts.some((text) => (splitOf.get(text) ?? split) !== split)) continue
      seen.add(key)
      for (const text of texts) splitOf.set(text, split)
      pairs.push(pair)
    }
    return pairs
  }
  // The small splits choose first: were train first, hardly a hypothesis would be left for them.
  const test = fill('test')
  const dev = fill('dev')
  return { train: fill('train'), dev, test }
}

/** Every word that a demo text can hold, sorted. */
export function demoWords(): string[] {
  const texts = [
    ...timeKinds.flatMap(({ preposition, values }) => [preposition, ...values]),
    ...people,
    ...premiseActivities,
    ...hypothesisActivities,
  ]
  return [...new Set(texts.flatMap((text) => text.split(' ')))].sort()
}

type Draw = ReturnType<typeof drawer>

function drawPair(draw: Draw, label: DemoPair['label']): DemoPair {
  const kinds = draw.shuffled(timeKinds).slice(0, 1 + draw.below(timeKinds.length))
  const times = kinds.map((kind) => ({ kind, value: draw.below(kind.values.length) }))
  const aligned = draw.oneOf(times)
  const shift = demoLabels.indexOf(label) - 1
  return {
    premise: sentence(draw, premiseActivities, times.map(timePhrase)),
    hypothesis: sentence(draw, hypothesisActivities, [
      timePhrase({ kind: aligned.kind, value: aligned.value + shift }),
    ]),
    label,
  }
}

function sentence(draw: Draw, activities: readonly string[], times: string[]): string {
  const action = `${draw.oneOf(people)} ${draw.oneOf(activities)}`
  const when = times.join(' ')
  return draw.below(10) < TIMES_FIRST_TENTHS ? `${when} ${action}` : `${action} ${when}`
}

function timePhrase({ kind, value }: { kind: TimeKind; value: number }): string {
  const { preposition, values } = kind
  return `${preposition} ${values[(value + values.length) % values.length]}`
}

function drawer(seed: number) {
  const generator = xoroshiro128plus(seed)
  const below = (end: number): number => uniformInt(generator, 0, end - 1)
  return {
    below,
    oneOf<T>(items: readonly T[]): T {
      return items[below(items.length)] as T // the lists of this folder are not empty
    },
    shuffled<T>(items: readonly T[]): T[] {
      const rest = [...items]
      return items.map(() => rest.splice(below(rest.length), 1)[0] as T) // one is taken a turn
    },
  }
}
