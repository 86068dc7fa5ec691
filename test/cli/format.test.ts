import { describe, expect, test } from 'vitest'
import { formatBytes, formatDuration, formatNumber, formatRate } from '../../src-main/cli/format.ts'
import { createProgressLine, describeProgress } from '../../src-main/cli/progress-line.ts'
import { displayWidth, formatTable } from '../../src-main/cli/table.ts'
import type { ProgressMessage } from '../../src-shared/protocol.ts'

const message: ProgressMessage = {
  type: 'progress',
  runId: 'r',
  phase: 'training',
  step: 120,
  totalSteps: 600,
  epoch: 1,
  loss: 0.63125,
  devMetric: { name: 'accuracy', value: 0.7812, best: 0.793 },
  stepsPerSecond: 8.25,
  etaSeconds: 62,
}

test('the live line keeps step, loss, dev metric and ETA on 80 columns', () => {
  expect(describeProgress(message, 57)).toBe(
    'step 120/600  loss 0.6312  dev accuracy 0.7812  ETA 1m02s',
  )
})

test('the live line has step, loss, dev metric, speed and ETA', () => {
  expect(describeProgress(message)).toBe(
    'step 120/600  loss 0.6312  dev accuracy 0.7812 (best 0.7930)  8.25 steps/s  ETA 1m02s',
  )
})

describe('the progress line', () => {
  function capture(isTTY: boolean, columns = 40) {
    let written = ''
    // Only what the line uses of a stream.
    const out = {
      isTTY,
      columns,
      write: (text: string) => (written += text),
    } as unknown as NodeJS.WriteStream
    return { out, written: () => written }
  }

  test('is rewritten on a terminal and never wraps', () => {
    const { out, written } = capture(true)
    const line = createProgressLine(out)
    line.show('[1/3] teacher', message)
    expect(written()).toBe('\r\u001b[2K[1/3] teacher  step 120/600  loss 0.631')
    line.print('done')
    expect(written().endsWith('\r\u001b[2Kdone\n')).toBe(true)
  })

  test('elsewhere is a plain line now and then, and at every evaluation', () => {
    const { out, written } = capture(false)
    let now = 0
    const line = createProgressLine(out, () => now)
    for (now = 0; now <= 25_000; now += 500) line.show('teacher', message)
    line.show('teacher', { ...message, phase: 'evaluating' })
    const evaluated = { name: 'accuracy', value: 0.8, best: 0.8 }
    line.show('teacher', { ...message, devMetric: evaluated })
    line.show('student', message)
    const lines = written().trimEnd().split('\n')
    expect(lines).toHaveLength(5)
    expect(lines[3]).toContain('dev accuracy 0.8000')
    expect(lines[4]).toMatch(/^student {2}step 120\/600/)
    expect(written()).not.toContain('\u001b')
  })
})

describe('numbers', () => {
  test.each([
    [0.83125, '0.8313'],
    [0, '0'],
    [12, '12'],
    [0.00005, '5.000e-5'],
    [123.456, '123.5'],
    [NaN, 'NaN'],
    [null, '–'],
  ])('%d is %s', (number, text) => expect(formatNumber(number)).toBe(text))

  test('rates, durations and sizes', () => {
    expect([1234.5, 99.94, 0.123].map(formatRate)).toEqual(['1235', '99.9', '0.123'])
    expect([4.2, 65, 3725].map(formatDuration)).toEqual(['4s', '1m05s', '1h02m'])
    expect([0, 999, 2048, 17_600_000].map(formatBytes)).toEqual([
      '0 B',
      '999 B',
      '2.05 KB',
      '17.6 MB',
    ])
  })
})

describe('a table', () => {
  test('aligns what is wide on a terminal too', () => {
    expect(['a', '中文', 'é', '👍'].map(displayWidth)).toEqual([1, 4, 1, 2])
    const rows = [
      { text: '中文', number: 1 },
      { text: 'abc', number: 22 },
    ]
    expect(
      formatTable(
        [
          { title: 't', value: ({ text }) => text },
          { title: 'n', value: ({ number }) => String(number), align: 'right' },
        ],
        rows,
      ),
    ).toBe('t      n\n────  ──\n中文   1\nabc   22')
  })

  test('without rows says none', () => expect(formatTable([], [])).toBe('none'))
})
