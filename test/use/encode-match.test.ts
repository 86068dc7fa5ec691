import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { beforeAll, expect, it } from 'vitest'
import { indexManifest } from '../../src-main/trainer/use/index-folder.ts'
import { buildModel } from '../../src-main/trainer/models/build.ts'
import { saveModelFolder } from '../../src-main/trainer/models/checkpoint-folder.ts'
import { loadMatcher, rankTexts } from '../../src-main/trainer/use/matcher.ts'
import { modelConfig, type ModelType } from '../../src-shared/config/model.ts'
import { bin, virtlab } from '../support/cli.ts'
import { useBackend } from '../support/each-backend.ts'
import { temporaryFolder } from '../support/tiny-task.ts'

const root = temporaryFolder()
const at = (name: string) => join(root, name)
const words = Array.from({ length: 40 }, (_, i) => `w${i}`)
const vocabPath = at('vocab.txt')
writeFileSync(vocabPath, ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...words].join('\n') + '\n')
const texts = Array.from({ length: 300 }, (_, i) =>
  Array.from({ length: 3 + (i % 9) }, (_, k) => words[(7 * i + 3 * k) % 40]).join(' '),
)
writeFileSync(
  at('corpus.tsv'),
  ['id\ttext', ...texts.map((text, i) => `c${i}\t${text}`)].join('\n'),
)

async function checkpoint(type: ModelType, seed = 1): Promise<string> {
  const config = modelConfig.parse({ type, initializerRange: 0.09 })
  const options = { vocabSize: 45, padTokenId: 0, maxPositions: 32, labelCount: 3, seed, config }
  const model = await buildModel(options)
  const dir = at(`${type}-${seed}`)
  const labels = ['contradiction', 'neutral', 'entailment']
  const info = { model: config, labels, xMaxLength: 16, yMaxLength: 16, lowercase: true, vocabPath }
  await saveModelFolder(dir, model, info)
  return dir
}
const encode = (dir: string, out: string, ...more: string[]) => [
  ...['encode', '--backend', 'wasm', '--checkpoint', dir, '--corpus', at('corpus.tsv')],
  ...['--out', at(out), '--shard-size', '16', ...more],
]
const match = (index: string, ...more: string[]) =>
  virtlab(root, 'match', '--backend', 'wasm', '--index', at(index), ...more)
const manifestOf = (index: string) =>
  indexManifest.parse(JSON.parse(readFileSync(join(at(index), 'manifest.json'), 'utf8')))

beforeAll(() => useBackend('wasm'))

it('an encoder ended by SIGKILL goes on, and the index is the one of an encoder that was not', async () => {
  const dir = await checkpoint('virt_encoder')
  const child = spawn(process.execPath, [bin, ...encode(dir, 'killed')], {
    env: { ...process.env, VIRTLAB_DATA: root },
    detached: true,
    stdio: 'ignore',
  })
  while (!existsSync(join(at('killed'), 'shard-00001.safetensors'))) await wait(5)
  // The command and the processes that it works in.
  process.kill(-child.pid!, 'SIGKILL')
  await once(child, 'exit')
  expect(manifestOf('killed').complete).toBe(false)
  const early = await match('killed', '--query', 'w1')
  expect(early.stderr).toContain('not whole yet')

  const resumed = await virtlab(root, ...encode(dir, 'killed'))
  expect(resumed.stdout).toMatch(/300 texts.*\d+ were there/)
  await virtlab(root, ...encode(dir, 'whole'))
  const { shards } = manifestOf('killed')
  expect(shards).toEqual(manifestOf('whole').shards)
  for (const { name } of shards) {
    for (const file of [`${name}.safetensors`, `${name}.jsonl`]) {
      const [one, other] = ['killed', 'whole'].map((index) => readFileSync(join(at(index), file)))
      expect(one!.equals(other!), file).toBe(true)
    }
  }
}, 120_000)

it.each(['bi_encoder', 'poly_encoder', 'colbert', 'dipair', 'virt_encoder'] as const)(
  'an index of a %s ranks as the model itself does',
  async (type) => {
    const dir = await checkpoint(type)
    await virtlab(root, ...encode(dir, `of-${type}`))
    const out = at(`${type}.jsonl`)
    await match(`of-${type}`, '--query', 'w3 w9 w12', '--top', '5', '--out', out)
    const found = JSON.parse(readFileSync(out, 'utf8')) as {
      label: string
      ranked: { id: string; score: number; probabilities: Record<string, number> }[]
    }
    const wanted = await rankTexts(await loadMatcher(dir), 'w3 w9 w12', texts, null)
    expect(found.label).toBe('entailment')
    expect(found.ranked).toHaveLength(5)
    found.ranked.forEach(({ score, probabilities }, i) => {
      expect(score).toBeCloseTo(wanted.ranked[i]!.score, 5)
      expect(probabilities['entailment']).toBe(score)
    })
    expect(found.ranked[0]!.id).toBe(`c${Number(wanted.ranked[0]!.id) - 1}`)
  },
  60_000,
)

it('float16 takes half the room and ranks nearly alike; queries come from a file', async () => {
  const dir = await checkpoint('bi_encoder')
  await virtlab(root, ...encode(dir, 'half', '--dtype', 'float16'))
  await virtlab(root, ...encode(dir, 'full'))
  const bytes = (index: string) => manifestOf(index).shards.reduce((sum, one) => sum + one.bytes, 0)
  expect(bytes('half') / bytes('full')).toBeLessThan(0.55)
  writeFileSync(at('queries.csv'), 'id,query\nq1,w1 w2\nq2,"w5, w7"\n')
  const rows = async (index: string) => {
    await match(index, '--queries', at('queries.csv'), '--out', at('out.csv'), '--label', 'neutral')
    const [titles, ...lines] = readFileSync(at('out.csv'), 'utf8').trim().split('\n')
    expect(titles).toBe(
      'query_id,query,rank,id,text,score,contradiction,neutral,entailment,encode_query_ms,score_ms',
    )
    return lines
  }
  const [half, full] = [await rows('half'), await rows('full')]
  expect(half).toHaveLength(20)
  const scores = (lines: string[]) => lines.map((line) => Number(line.split(',').at(-6)))
  scores(half).forEach((score, i) => expect(score).toBeCloseTo(scores(full)[i]!, 2))
}, 60_000)

it('does not write where another process still does', async () => {
  const dir = await checkpoint('bi_encoder')
  await virtlab(root, ...encode(dir, 'held'))
  writeFileSync(join(at('held'), 'encoding.pid'), String(process.pid))
  const { stderr, code } = await virtlab(root, ...encode(dir, 'held'))
  expect(stderr).toContain('encodes into this folder now')
  expect(code).toBe(2)
}, 60_000)

it('refuses what does not go together, and says what to do', async () => {
  const dir = await checkpoint('bi_encoder')
  await virtlab(root, ...encode(dir, 'mine'))
  const refusals = [
    [
      await virtlab(root, ...encode(await checkpoint('bi_encoder', 2), 'mine')),
      'another model’s index',
    ],
    [
      await match('mine', '--query', 'w1', '--checkpoint', at('bi_encoder-2')),
      'made with another model',
    ],
    [
      await virtlab(root, ...encode(await checkpoint('cross_encoder'), 'none')),
      'reads both texts as one',
    ],
    [await match('mine', '--query', 'w1', '--label', 'yes'), 'no label is called "yes"'],
    [await match('nowhere', '--query', 'w1'), 'there is no index in this folder'],
    [await match('mine'), 'either one query or a file'],
  ] as const
  for (const [{ code, stderr }, said] of refusals) {
    expect(stderr).toContain(said)
    expect(code).toBe(2)
  }
}, 60_000)
