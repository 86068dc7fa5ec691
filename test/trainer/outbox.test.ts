import { describe, expect, it } from 'vitest'
import { trainerBatch, type TrainerBatch } from '../../src-shared/protocol.ts'
import { Outbox } from '../../src-main/trainer/outbox.ts'

function outboxWithSent(nextSeq = 1) {
  const sent: TrainerBatch[] = []
  return { outbox: new Outbox('run', nextSeq, (batch) => sent.push(batch)), sent }
}

describe('the outbox', () => {
  it('gathers what was said into one numbered batch that the protocol accepts', () => {
    const { outbox, sent } = outboxWithSent(5)
    outbox.point('train/loss', 1, 0.7)
    outbox.point('train/grad_norm', 1, 2)
    outbox.point('train/loss', 2, 0.6)
    outbox.log('info', 'hello')
    outbox.facts({ a: 1 })
    outbox.facts({ b: 2 })
    outbox.flush()
    expect(sent).toHaveLength(1)
    const batch = trainerBatch.parse(sent[0])
    expect(batch.seq).toBe(5)
    expect(batch.points?.keys).toEqual(['train/loss', 'train/grad_norm'])
    expect(Array.from(batch.points!.keyIndex)).toEqual([0, 1, 0])
    expect(Array.from(batch.points!.step)).toEqual([1, 1, 2])
    expect(Array.from(batch.points!.value)).toEqual([0.7, 2, 0.6])
    expect(batch.facts).toEqual({ a: 1, b: 2 })
  })

  it('sends nothing where there is nothing to say', () => {
    const { outbox, sent } = outboxWithSent()
    outbox.flush()
    expect(sent).toEqual([])
  })

  it('keeps a batch until its number is acknowledged', () => {
    const { outbox } = outboxWithSent()
    for (const step of [1, 2, 3]) {
      outbox.point('train/loss', step, step)
      outbox.flush()
    }
    outbox.acknowledge(2)
    expect(outbox.unacknowledged().map((batch) => batch.seq)).toEqual([3])
  })

  it('is drained when everything said is acknowledged, and not before', async () => {
    const { outbox, sent } = outboxWithSent()
    let drained = false
    outbox.point('train/loss', 1, 1)
    const waiting = outbox.drained().then(() => (drained = true))
    await Promise.resolve()
    expect(sent).toHaveLength(1)
    expect(drained).toBe(false)
    outbox.acknowledge(1)
    await waiting
    expect(drained).toBe(true)
  })

  it('makes the trainer wait while the core is far behind', async () => {
    const { outbox } = outboxWithSent()
    for (let step = 0; step < 300; step++) {
      outbox.point('train/loss', step, 1)
      outbox.flush()
    }
    let ready = false
    const waiting = outbox.ready().then(() => (ready = true))
    await Promise.resolve()
    expect(ready).toBe(false)
    outbox.acknowledge(100)
    await waiting
    expect(ready).toBe(true)
  })

  it('once abandoned, sends nothing, waits for nobody and forgets nothing', async () => {
    const { outbox, sent } = outboxWithSent()
    outbox.point('train/loss', 1, 1)
    const waiting = outbox.drained()
    outbox.abandon()
    await waiting
    outbox.point('train/loss', 2, 1)
    await outbox.drained()
    expect(sent).toHaveLength(1)
    expect(outbox.unacknowledged().map((batch) => batch.seq)).toEqual([1, 2])
  })
})
