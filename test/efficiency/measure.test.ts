import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { storedMeasurement } from '../../src-shared/efficiency.ts'
import { saveModelFolder } from '../../src-main/trainer/models/checkpoint-folder.ts'
import { oracle, oracleModel, oracleModelConfig } from '../support/bert-oracle.ts'
import { virtlab } from '../support/cli.ts'
import { useBackend } from '../support/each-backend.ts'
import { temporaryFolder } from '../support/tiny-task.ts'

// Real processes measure real models, of the oracle's size; no time is asserted.
const root = temporaryFolder()
const folder = (name: string) => join(root, name)
const quick = ['--seconds', '0.01', '--candidates', '1,5', '--batch-sizes', '2', '--corpus', '8']
const measure = (...args: string[]) =>
  virtlab(root, 'measure', '--backend', 'wasm', '--lengths', '7/9', ...quick, ...args)

beforeAll(async () => {
  await useBackend('wasm')
  const vocabPath = join(root, 'words.txt')
  const words = [
    '[PAD]',
    '[CLS]',
    '[SEP]',
    '[UNK]',
    ...Array.from({ length: 28 }, (_, i) => `w${i}`),
  ]
  writeFileSync(vocabPath, words.join('\n'))
  for (const name of ['cross_encoder_cls', 'bi_encoder', 'virt_encoder_max_squared', 'colbert']) {
    const oracleCase = oracle.cases[name]!
    const model = oracleModel(oracleCase)
    await saveModelFolder(folder(name), model, {
      model: oracleModelConfig(oracleCase),
      labels: ['no', 'maybe', 'yes'],
      xMaxLength: 8,
      yMaxLength: 10,
      lowercase: false,
      vocabPath,
    })
    model.dispose()
  }
})

async function measured(...args: string[]) {
  const { code, stdout, stderr } = await measure('--json', ...args)
  expect(stderr).toBe('')
  expect(code).toBe(0)
  return storedMeasurement.array().parse(JSON.parse(stdout))
}

describe('virtlab measure', () => {
  it('times a model and its reference in the same rounds, and counts the rest', async () => {
    const virt = folder('virt_encoder_max_squared')
    const [one] = await measured(virt, '--reference', folder('cross_encoder_cls'))
    const { cost, runId } = one!
    expect(runId).toBeNull()
    expect(cost.lengths).toEqual({ x: 7, y: 9, joint: 15 })
    expect(cost.reference).toEqual({
      runId: null,
      name: 'cross_encoder_cls',
      type: 'cross_encoder',
    })
    const found = cost.timings.map(({ quantity, size, reference }) => [
      quantity,
      size,
      reference !== null,
    ])
    expect(found).toEqual([
      ['pair', 1, true],
      ['query', 1, true],
      ['query', 5, true],
      ['throughput', 2, true],
      ['encode_y', 32, false],
      ['index', 8, false],
    ])
    for (const { samples, reference } of cost.timings) {
      expect(samples.length).toBeGreaterThanOrEqual(3)
      if (reference) expect(reference).toHaveLength(samples.length)
    }
    const { counts } = cost
    // Every token is kept: 9 vectors, 16 wide.
    expect(counts).toMatchObject({
      cache_vectors: 9,
      cache_width: 16,
      cache_bytes_float32: 9 * 16 * 4,
      cache_bytes_float16: 9 * 16 * 2,
    })
    expect(counts.flops_pair_uncached).toBeGreaterThan(counts.flops_pair!)
    expect(counts.peak_memory_bytes).toBeGreaterThan(counts.base_memory_bytes!)
    expect(cost.machine.cores).toBeGreaterThan(0)
  }, 60_000)

  it('measures a cross-encoder without anything cached', async () => {
    const [one] = await measured(folder('cross_encoder_cls'))
    const { timings, counts, reference } = one!.cost
    expect(reference).toBeNull()
    expect(timings.map(({ quantity }) => quantity)).not.toContain('encode_y')
    expect(counts.cache_vectors).toBeUndefined()
    expect(counts.flops_pair).toBe(counts.flops_pair_uncached)
  }, 60_000)

  it('says what it needs', async () => {
    const told = async (...args: string[]) => {
      const { code, stderr } = await virtlab(root, 'measure', ...args)
      expect(code).toBe(2)
      return stderr
    }
    expect(await told()).toContain('there is no checkpoint to measure')
    expect(await told(folder('bi_encoder'))).toContain('--lengths 64/64')
    expect(await told('--lengths', '7', folder('bi_encoder'))).toContain('is no pair of lengths')
    expect(await told('--candidates', 'ten', folder('bi_encoder'))).toContain('--candidates')
    expect(await told('--lengths', '90/9', folder('bi_encoder'))).toContain('do not fit a model of')
    expect(await told('nothing-of-the-kind')).toContain('nothing-of-the-kind')
  }, 60_000)
})
