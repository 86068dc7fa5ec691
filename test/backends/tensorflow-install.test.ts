import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { activateBackend } from '../../src-main/trainer/backends/index.ts'
import { installTensorflow } from '../../src-main/trainer/backends/tensorflow/install/index.ts'
import {
  findInstallation,
  manifestSchema,
} from '../../src-main/trainer/backends/tensorflow/installation.ts'
import { linear } from '../../src-main/trainer/ops/linear.ts'
import { temporaryFolder } from '../support/tiny-task.ts'
import { describeKernels } from './kernel-suite.ts'

/**
 * Installs TensorFlow for real: npm's source and pip's wheel (270 MB) come from $VIRTLAB_CACHE or the user's cache
 * folder, and are downloaded into it where they are not there yet.
 */
const backendsDir = temporaryFolder()
const lines: string[] = []

describe('virtlab backend install tensorflow', () => {
  beforeAll(async () => {
    await installTensorflow({ backendsDir, report: (line) => lines.push(line) })
  }, 900_000)

  it('says what it does and how long it took', () => {
    expect(lines.filter((line) => /^\[\d\/6\].*done in [\d.]+ s$/.test(line))).toHaveLength(6)
  })

  it('leaves a manifest of what is there, and nothing half-made', () => {
    expect(readdirSync(backendsDir)).toEqual(['tensorflow'])
    const path = join(backendsDir, 'tensorflow/manifest.json')
    const manifest = manifestSchema.parse(JSON.parse(readFileSync(path, 'utf8')))
    expect(manifest.tensorflow.version).toMatch(/^2\.21\./)
    expect(manifest.tensorflow.libraries.map(({ name }) => name)).toEqual([
      expect.stringMatching(/^libtensorflow_cc\./),
      expect.stringMatching(/^libtensorflow_framework\./),
    ])
    expect(manifest.smokeTest.gflops).toBeGreaterThan(0)
  })

  it('trains: least squares by gradient descent finds the weights', async () => {
    const { device } = await activateBackend('tensorflow', backendsDir)
    expect(device).toMatch(/^TensorFlow 2\.21\.\d+, /)
    const truth = tf.tensor2d([[2, -1, 0.5]])
    const x = tf.randomUniform<tf.Rank.R2>([64, 3], -1, 1, 'float32', 1)
    const bias = tf.zeros([1])
    const target = linear(x, truth, bias)
    const weight = tf.variable(tf.zeros([1, 3]))
    for (let step = 0; step < 200; step++) {
      const { value, grads } = tf.variableGrads(
        () => tf.mean<tf.Scalar>(tf.squaredDifference(linear(x, weight, bias), target)),
        [weight],
      )
      const next = tf.tidy(() => tf.sub(weight, tf.mul(grads[weight.name]!, 0.5)))
      weight.assign(next)
      tf.dispose([value, grads, next])
    }
    ;[2, -1, 0.5].forEach((w, i) => expect(weight.dataSync()[i]).toBeCloseTo(w, 3))
    tf.dispose([truth, x, bias, target, weight])
  })

  it('shares this process’s tfjs-core: tensors of one backend move to another', async () => {
    await activateBackend('wasm', backendsDir)
    const x = tf.tensor1d([1, 2, 3])
    await activateBackend('tensorflow', backendsDir)
    const doubled = tf.mul(x, 2)
    expect(Array.from(await doubled.data())).toEqual([2, 4, 6])
    tf.dispose([x, doubled])
  })

  describeKernels('an installed tensorflow', () => activateBackend('tensorflow', backendsDir))

  it('an installation that lost a file is told from one that is absent', () => {
    const copy = temporaryFolder()
    mkdirSync(join(copy, 'tensorflow'))
    const manifest = readFileSync(join(backendsDir, 'tensorflow/manifest.json'))
    writeFileSync(join(copy, 'tensorflow/manifest.json'), manifest)
    expect(() => findInstallation(copy)).toThrow(/is not whole: .*tfjs_binding\.node is missing/)
    writeFileSync(join(copy, 'tensorflow/manifest.json'), '{"format": 2}')
    expect(() => findInstallation(copy)).toThrow(/manifest\.json is damaged/)
  })

  it('a failed installation leaves the one before', async () => {
    const before = readFileSync(join(backendsDir, 'tensorflow/manifest.json'), 'utf8')
    const wheel = temporaryFolder()
    writeFileSync(join(wheel, 'tensorflow_cpu-2.21.0-py3-none-any.whl'), 'not a wheel')
    await expect(
      installTensorflow({ backendsDir, wheel, report: () => undefined }),
    ).rejects.toThrow('the wheels do not give tensorflow-cpu==2.21.*')
    expect(readdirSync(backendsDir)).toEqual(['tensorflow'])
    expect(readFileSync(join(backendsDir, 'tensorflow/manifest.json'), 'utf8')).toBe(before)
    expect(existsSync(findInstallation(backendsDir).bindingPath)).toBe(true)
  })
})
