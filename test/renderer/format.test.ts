import { beforeEach, describe, expect, test } from 'vitest'
import { locale } from '../../src-renderer/i18n/index.ts'
import {
  formatAgo,
  formatBytes,
  formatDuration,
  formatFixed,
  formatInteger,
  formatMetric,
  formatNumber,
  formatPercent,
  formatSpread,
} from '../../src-renderer/lib/format.ts'
import { metricKind } from '../../src-shared/metric-kind.ts'

beforeEach(() => {
  locale.value = 'en'
})

describe('what has no value', () => {
  test.each([null, undefined, NaN])('%s is an en dash everywhere', (value) => {
    const written = [
      formatInteger(value),
      formatNumber(value),
      formatFixed(value, 2),
      formatPercent(value),
      formatBytes(value),
      formatDuration(value),
      formatAgo(value),
      formatMetric('dev/accuracy', value),
    ]
    expect(new Set(written)).toEqual(new Set(['–']))
  })

  test('a spread over no runs is an en dash too', () => {
    expect(formatSpread('dev/accuracy', null)).toBe('–')
    expect(formatSpread('dev/accuracy', { mean: 0, std: null, n: 0 })).toBe('–')
  })
})

test.each([
  [0, '0'],
  [1234, '1,234'],
  [0.123456, '0.1235'],
  [5e-5, '5.000e-5'],
  [2.5e10, '25,000,000,000'],
  [Infinity, '∞'],
  [-Infinity, '−∞'],
])('%s is written %s', (value, text) => {
  expect(formatNumber(value)).toBe(text)
})

test.each([
  ['dev/accuracy', 0.872, '87.20 %'],
  ['test/macro_f1', 1, '100.00 %'],
  ['train/loss', 0.31274, '0.3127'],
  ['train/loss', 0.00004321, '4.321e-5'],
  ['train/pairs_per_second', 412.3, '412 /s'],
  ['train/gradient_norm', 1.5, '1.500'],
])('%s of %s is %s', (key, value, text) => {
  expect(formatMetric(key, value)).toBe(text)
})

test('a metric is told by the last part of its name', () => {
  expect(metricKind('accuracy')).toBe('share')
  expect(metricKind('dev/virt_loss')).toBe('loss')
  // A rate of learning is no rate per second.
  expect(metricKind('train/learning_rate')).toBe('number')
})

test('a spread names its unit once, and how many it is over', () => {
  const five = { mean: 0.872, std: 0.0043, n: 5 }
  expect(formatSpread('dev/accuracy', five)).toBe('87.20 ± 0.43 % (n = 5)')
  // One run has no deviation, and ± 0 would be a lie.
  expect(formatSpread('dev/accuracy', { mean: 0.872, std: null, n: 1 })).toBe('87.20 % (n = 1)')
  expect(formatSpread('dev/loss', { mean: 0.31, std: 0.02, n: 3 })).toBe('0.3100 ± 0.0200 (n = 3)')
})

test.each([
  [0, '0 ms'],
  [310, '310 ms'],
  [4_200, '4.2 s'],
  [59_400, '59 s'],
  [60_000, '1 min'],
  [4_320_000, '1 h 12 min'],
  [90_000_000, '1 d 1 h'],
])('%d ms is %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text)
})

test.each([
  [0, '0 B'],
  [1023, '1,023 B'],
  [1536, '1.5 KiB'],
  [17_600_000, '16.8 MiB'],
  [80 * 2 ** 30, '80.0 GiB'],
])('%d bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text)
})

test('times of day ago, and in Chinese', () => {
  const now = Date.UTC(2026, 10, 25, 12)
  expect(formatAgo(now - 5_000, now)).toBe('5 seconds ago')
  expect(formatAgo(now - 3 * 3_600_000, now)).toBe('3 hours ago')
  expect(formatAgo(now - 30 * 86_400_000, now)).toBe('26 Oct 2026')
  locale.value = 'zh'
  expect(formatAgo(now - 3 * 3_600_000, now)).toBe('3小时前')
  expect(formatDuration(4_320_000)).toBe('1 小时 12 分')
})
