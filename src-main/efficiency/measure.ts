import type { MeasureSettings, StoredMeasurement } from '../../src-shared/efficiency.ts'
import { UserError } from '../../src-shared/errors.ts'
import type { Core } from '../core.ts'
import type { MeasureRequest } from '../trainer/efficiency/measure-protocol.ts'
import { askMeasure } from './ask-measure.ts'
import { watchMachine } from './machine.ts'
import { pairsOf, usualReference, type Checkpoint } from './subjects.ts'

export interface MeasureOptions {
  subject: Checkpoint
  /** null: none. Undefined: what usualReference finds. */
  reference?: Checkpoint | null | undefined
  /** Token ids at random instead of the run's own texts; null: as long as the model reads. */
  lengths?: { x: number | null; y: number | null } | undefined
  settings: MeasureSettings
  /** `done` of `total` parts are over. */
  onProgress?: (at: { part: string; done: number; total: number }) => void
  signal?: AbortSignal
}

/**
 * Measures a checkpoint and stores what it costs. The reference takes part in every round, so that the speed-up is a
 * ratio of times taken side by side.
 * @throws UserError where there is nothing to measure, and where `signal` ends it
 */
export async function measureCost(
  core: Core,
  { subject, settings, onProgress, ...options }: MeasureOptions,
): Promise<StoredMeasurement> {
  const signal = options.signal ?? new AbortController().signal
  const { run } = subject
  const found = options.reference ?? (run ? usualReference(core, run) : undefined)
  const reference = options.reference === null ? undefined : found
  const { texts, source } = textsFor(core, subject, options.lengths)
  const request: MeasureRequest = {
    mode: 'time',
    dir: subject.dir,
    referenceDir: reference?.dir ?? null,
    texts,
    settings,
    backendsDir: core.folder.backends,
  }
  const startedAt = Date.now()
  const machine = await watchMachine()
  let total = 0
  const timed = await askMeasure(
    request,
    (at) => {
      // Memory is one part more.
      total = at.total + 1
      onProgress?.({ part: at.part, done: at.done, total })
    },
    signal,
  )
  onProgress?.({ part: 'memory', done: total - 1, total })
  const conditions = machine()
  const memory = await askMeasure(
    { ...request, mode: 'memory', referenceDir: null },
    () => {},
    signal,
  )
  if (timed.kind !== 'timed') throw new Error(`measuring answered ${timed.kind}`)
  const { model, backend, device, lengths, timings, counts, pairs, referenceType } = timed
  return core.store.efficiency.add({
    run,
    name: subject.name,
    checkpoint: subject.checkpoint,
    cost: {
      model,
      backend,
      device,
      lengths,
      timings,
      counts: { ...counts, ...memory.counts },
      texts: { source, pairs },
      reference:
        reference && referenceType
          ? { runId: reference.run?.id ?? null, name: reference.name, type: referenceType }
          : null,
      machine: conditions,
      settings,
      startedAt,
      endedAt: Date.now(),
    },
  })
}

function textsFor(
  core: Core,
  { run, name }: Checkpoint,
  lengths: MeasureOptions['lengths'],
): { texts: MeasureRequest['texts']; source: 'dev' | 'test' | 'synthetic' } {
  if (lengths) return { texts: { kind: 'synthetic', ...lengths }, source: 'synthetic' }
  if (!run) {
    throw new UserError('a folder brings no texts to measure with', {
      where: name,
      fix: 'Say how long they are, in tokens with [CLS] and [SEP]: --lengths 64/64, or --lengths full.',
    })
  }
  const { source, pairs } = pairsOf(core, run)
  return { texts: { kind: 'pairs', pairs }, source }
}
