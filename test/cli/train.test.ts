import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse as parseCsv } from 'csv-parse/sync'
import { describe, expect, test } from 'vitest'
import { bin, virtlab } from '../support/cli.ts'
import { temporaryFolder } from '../support/temporary.ts'

// The real trainer on the real wasm backend, with data small enough for a few seconds.
const words = Array.from({ length: 12 }, (_, i) => `w${i}`)

/** Pairs are alike when Y has the words of X in reverse. */
function writeRecipe(folder: string): string {
  const rows = Array.from({ length: 60 }, (_, i) => {
    const x = [0, 1, 2].map((k) => words[(i * 5 + k * 7) % 12])
    const y = i % 2 ? x.toReversed() : [3, 4, 5].map((k) => words[(i + k) % 12])
    return `${x.join(' ')},${y.join(' ')},${i % 2 ? 'alike' : 'other'}`
  })
  writeFileSync(join(folder, 'pairs.csv'), ['x,y,label', ...rows].join('\n'))
  const special = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]']
  writeFileSync(join(folder, 'vocab.txt'), [...special, ...words, ''].join('\n'))
  const recipe = join(folder, 'recipe.yaml')
  writeFileSync(
    recipe,
    `name: small
defaults:
  backend: wasm
  model: { vocab: vocab.txt }
  data:
    train: { path: pairs.csv, columns: { x: x, y: y, label: label } }
    split: { by: row, devFraction: 0.2, testFraction: 0.2 }
    xMaxLength: 6
    yMaxLength: 6
  training: { maxSteps: 4, epochs: 40, batchSize: 8, evalEvery: 2 }
  logging: { attention: { examples: 1 } }
runs:
  virt_encoder: { model: { type: virt_encoder }, teacher: teacher, distillation: { virt: {} } }
  teacher: { model: { type: cross_encoder } }
`,
  )
  return recipe
}

describe('virtlab train', () => {
  test('trains teacher and student, and every number of it can be read back', async () => {
    const folder = temporaryFolder()
    const root = join(folder, 'data')
    const trained = await virtlab(root, 'train', writeRecipe(folder))
    expect(trained.stderr).toMatch(
      /\[1\/2\] teacher[^]*completed[^]*\[2\/2\] virt_encoder[^]*completed/,
    )
    expect(trained.code).toBe(0)
    const [titles, , ...rows] = trained.stdout.trim().split('\n')
    expect(titles).toMatch(
      /^name .*dev acc +dev loss +test acc +test loss +steps\/s +infer pairs\/s$/,
    )
    expect(rows.slice(0, 2).map((row) => row.split(/ {2,}/)[0])).toEqual([
      'teacher',
      'virt_encoder',
    ])
    expect(rows.slice(0, 2).join()).not.toContain('–')

    const points = await virtlab(root, 'export', 'virt_encoder', '--what', 'points')
    const keys = parseCsv<{ key: string }>(points.stdout, { columns: true }).map(({ key }) => key)
    expect(keys.filter((key) => key === 'train/loss')).toHaveLength(4)
    expect(keys.filter((key) => key === 'dev/accuracy')).toHaveLength(2)
    expect(new Set(keys)).toContain('train/loss_virt')
    const shown = await virtlab(root, 'show', 'virt_encoder')
    expect(shown.stdout).toMatch(/teacher +\w{8} {2}teacher \(completed\)/)
    expect(shown.stdout).toMatch(/^dev +12 +\d+ +[\d.]+ %$/m)
    expect(shown.stdout).toMatch(/^student +\d+ +1 +2/m)
  })

  test('interrupted and resumed gives the numbers of an uninterrupted run, to the bit', async () => {
    const folder = temporaryFolder()
    const recipe = writeRecipe(folder)
    const root = join(folder, 'interrupted')
    const args = [
      '--only',
      'teacher',
      '--set',
      'training.maxSteps=60',
      '--set',
      'training.evalEvery=10',
    ]
    const child = spawn(process.execPath, [bin, 'train', recipe, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, VIRTLAB_DATA: root },
    })
    let stderr = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
      // The first line about training: it has begun, and 60 steps take longer than this signal.
      if (/step \d+\/60/.test(stderr) && !stderr.includes('stopping')) child.kill('SIGINT')
    })
    child.stdout.resume()
    expect(await once(child, 'exit')).toEqual([130, null])
    expect(stderr).toContain('stopping after this step and writing a checkpoint')
    expect((await virtlab(root, 'runs')).stdout).toMatch(/teacher +cross_encoder .*stopped/)

    expect(await virtlab(root, 'resume', 'teacher')).toMatchObject({ code: 0 })
    const whole = join(folder, 'uninterrupted')
    expect(await virtlab(whole, 'train', recipe, ...args)).toMatchObject({ code: 0 })
    const numbersOf = async (data: string) => {
      const { stdout } = await virtlab(data, 'export', 'teacher', '--what', 'points')
      return parseCsv<Record<'key' | 'step' | 'value', string>>(stdout, { columns: true })
        .filter(({ key }) => !key.endsWith('_per_second'))
        .map(({ key, step, value }) => `${key} ${step} ${value}`)
    }
    const resumed = await numbersOf(root)
    expect(resumed.filter((line) => line.startsWith('train/loss '))).toHaveLength(60)
    expect(resumed).toEqual(await numbersOf(whole))
  })

  test('data that cannot be learnt from: the run is failed, its students too, exit code 2', async () => {
    const folder = temporaryFolder()
    const recipe = writeRecipe(folder)
    writeFileSync(join(folder, 'pairs.csv'), 'x,y,label\na,b,alike\nc,d,alike\n')
    const { code, stderr, stdout } = await virtlab(join(folder, 'data'), 'train', recipe)
    expect(stderr).toMatch(
      /teacher seed 1 \(\w{8}\) failed after[^]*pairs\.csv \(label\): all 2 rows have the label "alike"\n +→/,
    )
    expect(stderr).toMatch(/virt_encoder seed 1 \(\w{8}\) failed\n +teacher failed: teacher/)
    expect(stdout).toMatch(/To go on: virtlab resume \w{8} \w{8}/)
    expect(code).toBe(2)
  })
})
