import { expect, test } from 'vitest'
import { describeProbe } from '../../src-main/cli/commands/doctor.ts'
import type { BackendProbe } from '../../src-main/trainer/backends/backend.ts'

const usable: BackendProbe = {
  name: 'tensorflow',
  usable: true,
  device: 'TensorFlow 2.21.0, CPU',
  gflops: 170.4,
  reason: undefined,
  fix: undefined,
  outdated: false,
}

test('a usable backend takes one line', () => {
  expect(describeProbe(usable)).toBe(
    '  tensorflow  usable         170 GFLOP/s  TensorFlow 2.21.0, CPU',
  )
})

test('one that an earlier Virtlab installed says how to get the faster one', () => {
  const [line, advice] = describeProbe({ ...usable, outdated: true }).split('\n')
  expect(line).toBe(describeProbe(usable))
  expect(advice).toMatch(
    /^ {14}→ an earlier Virtlab installed it; .*virtlab backend install tensorflow$/,
  )
})
