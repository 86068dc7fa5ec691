import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runConfig, type RunConfig } from '../../src-shared/config/run.ts'

/** A fresh folder that is gone when the test process ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'virtlab-test-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const words = ['red', 'blue', 'green', 'box', 'cup', 'key', 'coin', 'holds', 'the', 'a']

/** A vocabulary and labelled pairs small enough to train on in a second: y repeats x's first word or not. */
export function writeTinyTask(folder: string): { train: string; dev: string; vocab: string } {
  mkdirSync(folder, { recursive: true })
  const vocab = join(folder, 'vocab.txt')
  writeFileSync(vocab, ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]', ...words].join('\n') + '\n')
  const pairs = (count: number, offset: number) =>
    Array.from({ length: count }, (_, i) => {
      const n = i + offset
      const first = words[n % 3]!
      const same = n % 2 === 0
      const x = [first, ...words.slice(3, 3 + (n % 4) + 1)].join(' ')
      const y = [same ? first : words[(n + 1) % 3]!, ...words.slice(6, 6 + (n % 3) + 1)].join(' ')
      return JSON.stringify({ premise: x, hypothesis: y, label: same ? 'same' : 'other' })
    }).join('\n') + '\n'
  const train = join(folder, 'train.jsonl')
  const dev = join(folder, 'dev.jsonl')
  writeFileSync(train, pairs(40, 0))
  writeFileSync(dev, pairs(12, 100))
  return { train, dev, vocab }
}

/** A run on the tiny task with every default filled in; `overrides` go one level deep. */
export function tinyRunConfig(
  task: ReturnType<typeof writeTinyTask>,
  overrides: {
    model?: Partial<RunConfig['model']>
    data?: Partial<RunConfig['data']>
    training?: Partial<RunConfig['training']>
    distillation?: RunConfig['distillation']
    logging?: Record<string, unknown>
    backend?: RunConfig['backend']
  } = {},
): RunConfig {
  return runConfig.parse({
    backend: overrides.backend ?? 'wasm',
    model: { type: 'bi_encoder', size: 'tiny', vocab: task.vocab, ...overrides.model },
    data: {
      train: { path: task.train },
      dev: { path: task.dev },
      xMaxLength: 16,
      yMaxLength: 16,
      ...overrides.data,
    },
    training: { batchSize: 8, epochs: 2, learningRate: 5e-4, ...overrides.training },
    distillation: overrides.distillation ?? {},
    logging: overrides.logging ?? {},
  })
}
