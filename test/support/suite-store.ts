import type { Store } from '../../src-main/store/open.ts'
import { runConfig } from '../../src-shared/config/run.ts'
import type { RunRecord } from '../../src-shared/run-record.ts'
import { batchOf } from './batches.ts'
import { provenance } from './plan.ts'

/** A small generator of the same numbers every time. */
function numbers(seed: number): () => number {
  let state = (seed * 7919 + 17) % 2147483647
  return () => (state = (state * 16807) % 2147483647) / 2147483647
}

export interface SuiteStoreOptions {
  students?: readonly ('bi_encoder' | 'sbert' | 'colbert')[]
  seeds?: number
  examples?: number
  /** Of the test split, by distillation. */
  accuracy?: Readonly<Record<string, number>>
}

/**
 * A suite as `generality` makes it: students × distillations × seeds with dev and test scores and test
 * predictions; one combination is excepted with a reason, and the last student's VIRT runs wait still.
 * Every system has its share of answers right, the same examples for all. Returns the suite's id.
 */
export function addGenerality(store: Store, options: SuiteStoreOptions = {}): string {
  const {
    students = ['bi_encoder', 'sbert', 'colbert'],
    seeds = 3,
    examples = 400,
    accuracy = { plain: 0.7, 'logit KD': 0.74, VIRT: 0.82 },
  } = options
  const suite = store.suites.create({
    recipe: 'generality-demo',
    path: null,
    text: null,
    preset: 'generality',
    planHash: 'of-a-test',
  })
  for (const student of students) {
    for (const [distillation, share] of Object.entries(accuracy)) {
      for (let seed = 1; seed <= seeds; seed++) {
        const excepted = student === 'colbert' && distillation === 'logit KD'
        const waits = student === students.at(-1) && distillation === 'VIRT'
        const name = `${student}/${distillation}`
        const run = excepted
          ? undefined
          : addTrainedRun(store, {
              name,
              seed,
              model: student,
              suiteId: suite.id,
              share,
              examples,
              waits,
            })
        store.suites.addCells(suite.key, [
          {
            name,
            seed,
            levels: { student, distillation },
            teacher: null,
            trialOf: null,
            config: run?.config ?? null,
            runId: run?.id ?? null,
            reused: false,
            reason: excepted ? 'its logits are no classes' : null,
          },
        ])
      }
    }
  }
  return suite.id
}

export interface TrainedRunOptions {
  name: string
  seed: number
  model: 'bi_encoder' | 'sbert' | 'colbert' | 'cross_encoder'
  suiteId?: string | null
  /** Of test answers that are right. */
  share: number
  examples?: number
  waits?: boolean
  learningRate?: number
}

/** A run with scores and predictions; `waits`: still queued, with nothing. */
export function addTrainedRun(store: Store, options: TrainedRunOptions): RunRecord {
  const { name, seed, model, suiteId = null, share, examples = 400, waits = false } = options
  const config = runConfig.parse({
    model: { type: model },
    data: { dataset: 'demo' },
    training: { seed, learningRate: options.learningRate ?? 5e-4 },
  })
  const run = store.runs.create({ name, seed, config, suiteId, teacherId: null, provenance })
  if (waits) return run
  const random = numbers(run.key)
  const predictions = Array.from({ length: examples }, (_, i) => {
    const label = i % 2
    const right = random() < share
    return {
      split: 'test' as const,
      exampleId: `test-${String(i).padStart(4, '0')}`,
      x: `question ${i}`,
      y: `answer ${i}`,
      label,
      logits: Float32Array.of((right ? label : 1 - label) === 0 ? 1 : -1, 0),
    }
  })
  const correct = predictions.filter(({ logits, label }) => (logits[0]! > 0 ? 0 : 1) === label)
  const measured = correct.length / examples
  const keys = ['dev/accuracy', 'test/accuracy', 'test/loss', 'inference/pairs_per_second']
  store.runs.setStatus(run.id, 'running')
  store.writeBatch(
    batchOf(run.id, 1, {
      points: {
        keys,
        keyIndex: Uint16Array.of(0, 1, 2, 3),
        step: new Float64Array(4).fill(100),
        value: Float64Array.of(
          measured,
          measured,
          1 - measured,
          model === 'cross_encoder' ? 50 : 800,
        ),
        time: new Float64Array(4).fill(1_700_000_000_000),
      },
      facts: { labels: ['no', 'yes'] },
      predictions,
      checkpoints: [
        {
          step: 100,
          kind: 'best',
          path: 'checkpoints/step-100',
          sha256: 'a'.repeat(64),
          bytes: 1000,
          metric: measured,
        },
      ],
    }),
  )
  store.runs.setStatus(run.id, 'completed')
  return store.runs.get(run.id)
}
