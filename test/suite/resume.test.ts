import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { openDataFolder } from '../../src-main/data-folder.ts'
import { openStore } from '../../src-main/store/open.ts'
import { suiteCells } from '../../src-main/suite/suite-cells.ts'
import { bin, virtlab } from '../support/cli.ts'
import { temporaryFolder } from '../support/temporary.ts'
import { writeTinyTask } from '../support/tiny-task.ts'

// The real trainer on the real wasm backend, with data small enough for a few seconds.

function writeRecipe(folder: string, grid: string): string {
  writeTinyTask(folder)
  const path = join(folder, 'suite.yaml')
  writeFileSync(
    path,
    `name: small
defaults:
  backend: wasm
  model: { vocab: vocab.txt }
  data: { train: { path: train.jsonl }, dev: { path: dev.jsonl }, xMaxLength: 8, yMaxLength: 8 }
  training: { maxSteps: 6, epochs: 100, batchSize: 8, evalEvery: 2, learningRate: 1.0e-3 }
  logging: { attention: { examples: 0 } }
${grid}`,
  )
  return path
}

const ablation = `runs:
  teacher: { model: { type: cross_encoder } }
factors:
  variant:
    full:
      { model: { type: virt_encoder }, teacher: teacher, distillation: { virt: {} }, training: { maxSteps: 120 } }
    plain: { model: { type: virt_encoder } }
`

/** Cells, attempts and points of the only suite in a data folder, as they are stored. */
function stored(root: string) {
  const store = openStore(openDataFolder(root).database)
  try {
    const cells = suiteCells(store, store.suites.list()[0]!)
    return cells.map(({ name, state, runId, why, run }) => ({
      name,
      state,
      why,
      jobs: runId === null ? [] : store.jobs.ofRun(runId),
      losses: run ? [...store.series.points(run.key, 'train/loss').value] : [],
    }))
  } finally {
    store.close()
  }
}

describe('virtlab suite run', () => {
  test('killed in the middle goes on with the same command: nothing twice, the same numbers to the bit', async () => {
    const folder = temporaryFolder()
    const recipe = writeRecipe(folder, ablation)
    const root = join(folder, 'killed')
    const child = spawn(process.execPath, [bin, 'suite', 'run', recipe], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, VIRTLAB_DATA: root },
      // bin/virtlab.mjs starts another Node: the kill is for both.
      detached: true,
    })
    let stderr = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
      if (/full seed 1 .*step \d+\/120/.test(stderr)) process.kill(-child.pid!, 'SIGKILL')
    })
    await once(child, 'exit')
    expect(stored(root).map(({ state }) => state)).toEqual([
      'completed',
      'interrupted',
      'interrupted',
    ])

    const again = await virtlab(root, 'suite', 'run', recipe)
    expect(again.stderr).toMatch(/going on with suite \w{8} \(small\): 3 cells, 2 to train/)
    expect(again.code).toBe(0)
    const cells = stored(root)
    expect(cells.map(({ state }) => state)).toEqual(['completed', 'completed', 'completed'])
    expect(cells.map(({ jobs }) => jobs.length)).toEqual([1, 2, 2])
    expect(cells[1]!.jobs[1]!.resumeStep).toBeGreaterThan(0)

    const whole = join(folder, 'whole')
    expect((await virtlab(whole, 'suite', 'run', recipe)).code).toBe(0)
    expect(cells.map(({ losses }) => losses)).toEqual(stored(whole).map(({ losses }) => losses))

    const once3 = await virtlab(root, 'suite', 'run', recipe)
    expect(once3.stderr).toMatch(/3 cells, 0 to train/)
    expect(once3.stdout).toMatch(/^full +1 +\d/m)
    expect(stored(root).map(({ jobs }) => jobs.length)).toEqual([1, 2, 2])
  })

  test('a sweep stops trials that lag behind, and says so', async () => {
    const folder = temporaryFolder()
    // The first two learn, the last one with a learning rate of nothing cannot.
    const recipe = writeRecipe(
      folder,
      `runs: { student: { model: { type: cross_encoder, pooling: mean, dropout: 0, initializerRange: 0.09 }, training: { maxSteps: 40, evalEvery: 10 } } }
sweep:
  space: { training.learningRate: [2.0e-3, 1.0e-3, 1.0e-12] }
  prune: { metric: dev/loss, minRuns: 2, minSteps: 20 }
`,
    )
    const root = join(folder, 'data')
    const { code, stdout } = await virtlab(root, 'suite', 'run', recipe)
    expect(stdout).toMatch(
      /training\.learningRate=1e-12, seed 1 \(\w{8}\): pruned: pruned at step 20: its best dev\/loss [\d.]+ is above [\d.]+, the median of 2 completed runs’ averages up to there/,
    )
    expect(code).toBe(0)
    const cells = stored(root)
    expect(cells.map(({ state }) => state)).toEqual(['completed', 'completed', 'pruned'])
    expect(cells[2]!.losses.length).toBeGreaterThanOrEqual(20)
    expect(cells[2]!.losses.length).toBeLessThan(40)
  })

  test('exit codes: 2 for what the user can mend before it begins, 1 where a cell failed', async () => {
    const folder = temporaryFolder()
    const root = join(folder, 'data')
    expect(await virtlab(root, 'suite', 'run', 'ablatoin')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Did you mean "ablation"?') as string,
    })
    const recipe = writeRecipe(folder, ablation)
    writeFileSync(join(folder, 'train.jsonl'), '{"premise":"a","hypothesis":"b","label":"same"}\n')
    const failed = await virtlab(root, 'suite', 'run', recipe)
    expect(failed.code).toBe(1)
    expect(failed.stdout).toMatch(/^teacher, seed 1 \(\w{8}\): failed: /m)
    expect(failed.stdout).toMatch(
      /^full, seed 1 \(\w{8}\): blocked: its teacher teacher \(\w{8}\) failed$/m,
    )
    expect(failed.stdout).toMatch(/To try again what failed: virtlab suite retry \w{8}$/m)

    writeTinyTask(folder)
    expect((await virtlab(root, 'suite', 'retry', 'small', '--seed', '1')).code).toBe(0)
  })
})
