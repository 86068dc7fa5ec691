import type {
  AttentionSnapshot,
  CheckpointRecord,
  LogLine,
  Prediction,
  SystemSample,
  TrainerBatch,
} from '../../src-shared/protocol.ts'

interface Pending {
  points: { key: string; step: number; value: number; time: number }[]
  logs: LogLine[]
  predictions: Prediction[]
  attention: AttentionSnapshot[]
  checkpoints: CheckpointRecord[]
  system: SystemSample[]
  facts: Record<string, unknown> | undefined
}

const emptyPending = (): Pending => ({
  points: [],
  logs: [],
  predictions: [],
  attention: [],
  checkpoints: [],
  system: [],
  facts: undefined,
})

/** Batches in flight beyond which the trainer waits: the core then writes slower than it is told. */
const MAX_UNACKNOWLEDGED = 256

/**
 * What the run has to say, until the core has it on disk. Everything gathers in a pending batch; `flush`
 * numbers and sends it; it is kept until the core acknowledges its number.
 */
export class Outbox {
  #pending = emptyPending()
  #unacknowledged: TrainerBatch[] = []
  #waiting: { below: number; resume: () => void }[] = []
  #nextSeq: number
  #abandoned = false
  readonly #runId: string
  readonly #send: (batch: TrainerBatch) => void

  constructor(runId: string, nextSeq: number, send: (batch: TrainerBatch) => void) {
    this.#runId = runId
    this.#nextSeq = nextSeq
    this.#send = send
  }

  point(key: string, step: number, value: number): void {
    this.#pending.points.push({ key, step, value, time: Date.now() })
  }

  log(level: LogLine['level'], text: string): void {
    this.#pending.logs.push({ time: Date.now(), level, text })
  }

  predictions(predictions: Prediction[]): void {
    this.#pending.predictions.push(...predictions)
  }

  attention(snapshots: AttentionSnapshot[]): void {
    this.#pending.attention.push(...snapshots)
  }

  checkpoint(record: CheckpointRecord): void {
    this.#pending.checkpoints.push(record)
  }

  system(sample: SystemSample): void {
    this.#pending.system.push(sample)
  }

  facts(facts: Record<string, unknown>): void {
    this.#pending.facts = { ...this.#pending.facts, ...facts }
  }

  /** Numbers and sends what has gathered; nothing to say, nothing sent. */
  flush(): void {
    const { points, ...rest } = this.#pending
    const empty = points.length === 0 && !rest.facts && Object.values(rest).every(isEmptyList)
    if (empty) return
    const batch: TrainerBatch = {
      type: 'batch',
      runId: this.#runId,
      seq: this.#nextSeq++,
      ...rest,
      ...(points.length > 0 ? { points: toColumns(points) } : {}),
    }
    this.#pending = emptyPending()
    this.#unacknowledged.push(batch)
    if (!this.#abandoned) this.#send(batch)
  }

  /** The core has written `seq` and everything before it. */
  acknowledge(seq: number): void {
    this.#unacknowledged = this.#unacknowledged.filter((batch) => batch.seq > seq)
    this.#waiting = this.#waiting.filter(({ below, resume }) => {
      if (this.#unacknowledged.length >= below) return true
      resume()
      return false
    })
  }

  /** The core is gone: nothing is sent any more, nobody waits, everything is kept. */
  abandon(): void {
    this.#abandoned = true
    for (const { resume } of this.#waiting) resume()
    this.#waiting = []
  }

  get abandoned(): boolean {
    return this.#abandoned
  }

  /** Resolves when the core has everything said so far on disk, or is gone. */
  async drained(): Promise<void> {
    this.flush()
    await this.#fewerUnacknowledgedThan(1)
  }

  /** Resolves at once unless the core has fallen far behind. */
  async ready(): Promise<void> {
    await this.#fewerUnacknowledgedThan(MAX_UNACKNOWLEDGED)
  }

  /** Everything that the core may not have, the pending part included. */
  unacknowledged(): TrainerBatch[] {
    this.flush()
    return this.#unacknowledged
  }

  async #fewerUnacknowledgedThan(below: number): Promise<void> {
    if (this.#abandoned || this.#unacknowledged.length < below) return
    await new Promise<void>((resume) => this.#waiting.push({ below, resume }))
  }
}

function isEmptyList(value: unknown): boolean {
  return !Array.isArray(value) || value.length === 0
}

function toColumns(points: Pending['points']): NonNullable<TrainerBatch['points']> {
  const keys = [...new Set(points.map((p) => p.key))]
  const indexOf = new Map(keys.map((key, i) => [key, i]))
  return {
    keys,
    keyIndex: Uint16Array.from(points, (p) => indexOf.get(p.key)!),
    step: Float64Array.from(points, (p) => p.step),
    value: Float64Array.from(points, (p) => p.value),
    time: Float64Array.from(points, (p) => p.time),
  }
}
