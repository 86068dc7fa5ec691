import { createHash } from 'node:crypto'
import { readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { dataConfig } from '../../src-shared/config/data.ts'
import { demoFileContents, ensureDemoDataset } from '../../src-main/trainer/data/demo/generate.ts'
import { timeKinds } from '../../src-main/trainer/data/demo/lexicon.ts'
import { demoLabels, demoPairs, type DemoPair } from '../../src-main/trainer/data/demo/pairs.ts'
import { loadDataset } from '../../src-main/trainer/data/load.ts'
import { loadTokenizer } from '../../src-main/trainer/tokenizer/wordpiece.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { naiveBayesAccuracy } from './naive-bayes.ts'

const dataset = demoPairs()
const { train, dev, test } = dataset
const all = [...train, ...dev, ...test]
const words = (text: string): string[] => text.split(' ')

describe('the demo dataset’s files', () => {
  it('are the same to the byte on every machine', () => {
    const hashes = Object.entries(demoFileContents()).map(([name, text]) => [
      name,
      createHash('sha256').update(text).digest('hex'),
    ])
    expect(Object.fromEntries(hashes)).toEqual({
      'train.jsonl': '959bbdcc23e48f6de8015b8e1a4e71e237080bc01246c7b545a1a3deaf77ba9b',
      'dev.jsonl': 'dc76f95a809c0f63f78db61a42964d1bd42c06b96dcd0c6d5ff16c44f91d5f78',
      'test.jsonl': '8c0b49dc6a15f55ded340f355b2bb6fe1b08f4a7796327e8ccdbae03e1bbcf96',
      'vocab.txt': 'a225518f961c24c9fa3806034486ccfab887b880da813f0955fcf598abd4c8d9',
    })
  })

  it('are others with another seed', () => {
    expect(demoPairs(1).test).not.toEqual(test)
  })

  it('are written once and mended where they were changed', () => {
    const folder = join(temporaryFolder(), 'demo')
    const { train, dev } = ensureDemoDataset(folder)
    const longAgo = new Date(0)
    utimesSync(train, longAgo, longAgo)
    writeFileSync(dev, 'something else\n')
    ensureDemoDataset(folder)
    expect(statSync(train).mtime).toEqual(longAgo)
    expect(readFileSync(dev, 'utf8')).toBe(demoFileContents()['dev.jsonl'])
  })

  it('are what data.dataset: demo loads, every row kept, with a vocabulary that knows every word', async () => {
    const loaded = await loadDataset(dataConfig.parse({ dataset: 'demo' }), temporaryFolder())
    expect(loaded.labels).toEqual(demoLabels)
    expect(loaded.reports.map(({ rowsRead, rowsKept }) => [rowsRead, rowsKept])).toEqual([
      [4000, 4000],
      [500, 500],
      [500, 500],
    ])
    expect(loaded.train[0]).toMatchObject({ x: train[0]?.premise, y: train[0]?.hypothesis })
    const tokenizer = loadTokenizer(loaded.vocabPath ?? '', { lowercase: true })
    for (const { premise, hypothesis } of all) {
      for (const text of [premise, hypothesis]) {
        expect([...tokenizer.encode(text)].map((id) => tokenizer.tokenOf(id))).toEqual(words(text))
      }
    }
    const used = new Set(
      all.flatMap(({ premise, hypothesis }) => words(`${premise} ${hypothesis}`)),
    )
    expect(tokenizer.vocabSize).toBe(5 + used.size) // nothing but special tokens and words in use
  })

  it('stand alone: a configuration that names files as well is refused', async () => {
    const config = dataConfig.parse({ dataset: 'demo', dev: { path: 'dev.tsv' } })
    await expect(loadDataset(config, temporaryFolder())).rejects.toThrow('brings its own files')
  })
})

describe('the demo dataset’s labels', () => {
  it('follow from the one time of the premise that aligns with the hypothesis’ time', () => {
    for (const pair of all) expect(labelByAlignment(pair)).toBe(pair.label)
  })

  it.each(['train', 'dev', 'test'] as const)('are balanced in %s', (split) => {
    const counts = demoLabels.map((l) => dataset[split].filter(({ label }) => label === l).length)
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1)
  })
})

describe('no split of the demo dataset', () => {
  it('shares a premise or a hypothesis with another, or repeats a pair', () => {
    const texts = ([a, b]: [DemoPair[], DemoPair[]], side: 'premise' | 'hypothesis') => {
      const known = new Set(a.map((pair) => pair[side]))
      return b.filter((pair) => known.has(pair[side]))
    }
    for (const pair of [
      [train, dev],
      [train, test],
      [dev, test],
    ] as [DemoPair[], DemoPair[]][]) {
      expect(texts(pair, 'premise')).toEqual([])
      expect(texts(pair, 'hypothesis')).toEqual([])
    }
    expect(new Set(all.map((pair) => `${pair.premise}\t${pair.hypothesis}`)).size).toBe(all.length)
  })
})

describe('shortcuts in the demo dataset', () => {
  const chance = 1 / demoLabels.length
  const heldOut = [...dev, ...test]
  // Three standard deviations of guessing on 1,000 pairs.
  const slack = 3 * Math.sqrt((chance * (1 - chance)) / heldOut.length)
  const bigrams = (text: string): string[] => {
    const tokens = ['^', ...words(text), '$']
    return [...words(text), ...tokens.slice(1).map((token, i) => `${tokens[i]}_${token}`)]
  }
  const marked = (text: string, mark: string): string[] => bigrams(text).map((t) => `${mark}:${t}`)
  const views: Record<string, (pair: DemoPair) => string[]> = {
    'the premise alone': ({ premise }) => bigrams(premise),
    'the hypothesis alone': ({ hypothesis }) => bigrams(hypothesis),
    'both texts’ words, each by itself': ({ premise, hypothesis }) => [
      ...marked(premise, 'x'),
      ...marked(hypothesis, 'y'),
    ],
    'the lengths': ({ premise, hypothesis }) => [
      `${words(premise).length} ${words(hypothesis).length}`,
    ],
    'how many words the texts share': ({ premise, hypothesis }) => [
      String(words(hypothesis).filter((word) => words(premise).includes(word)).length),
    ],
  }
  const accuracy = (view: (pair: DemoPair) => string[]): number => {
    const rows = (pairs: DemoPair[]) =>
      pairs.map((pair) => ({ tokens: view(pair), label: pair.label }))
    return naiveBayesAccuracy(rows(train), rows(heldOut))
  }

  it.each(Object.keys(views).slice(0, 4))('%s says nothing about the label', (name) => {
    const view = views[name]
    if (!view) throw new Error(name)
    expect(Math.abs(accuracy(view) - chance)).toBeLessThan(slack)
  })

  it('are found by this check where there is one: shared words tell "same" from the rest', () => {
    const view = views['how many words the texts share']
    expect(view && accuracy(view)).toBeGreaterThan(chance + 0.2)
  })

  it('pairs of a word in X and a word in Y give the label away: the interaction is all there is', () => {
    const view = ({ premise, hypothesis }: DemoPair): string[] =>
      words(hypothesis).flatMap((y) => words(premise).map((x) => `${x}~${y}`))
    expect(accuracy(view)).toBeGreaterThan(0.8)
  })
})

/** The label by reading both texts, without the generator’s help. */
function labelByAlignment({ premise, hypothesis }: DemoPair): string | undefined {
  const steps = timeKinds.flatMap(({ values }) => {
    const [x, y] = [premise, hypothesis].map((text) =>
      words(text).flatMap((word) => (values.includes(word) ? [values.indexOf(word)] : [])),
    )
    if (x?.length !== 1 || y?.length !== 1) return []
    return [((y[0] ?? 0) - (x[0] ?? 0) + 1 + values.length) % values.length]
  })
  return steps.length === 1 ? demoLabels[steps[0] ?? -1] : undefined
}
