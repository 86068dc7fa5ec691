import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse as parseCsv } from 'csv-parse/sync'
import { describe, expect, test } from 'vitest'
import { openDataFolder } from '../../src-main/data-folder.ts'
import { openStore } from '../../src-main/store/open.ts'
import { batchOf, pointsOf } from '../support/batches.ts'
import { virtlab } from '../support/cli.ts'
import { addRun } from '../support/stored-run.ts'
import { temporaryFolder } from '../support/temporary.ts'

/** A data folder with two seeds of a completed run and one that crashed. */
function folderWithRuns(): { root: string; ids: string[] } {
  const root = temporaryFolder()
  const store = openStore(openDataFolder(root).database)
  const ids = [1, 2, 3].map((seed) => {
    const run = addRun(store, { name: seed === 3 ? 'broken' : 'teacher', seed })
    store.runs.setStatus(run.id, 'running')
    const record = {
      step: 2,
      path: 'checkpoints/2',
      sha256: 'c'.repeat(64),
      bytes: 2048,
      metric: 0.5,
    }
    store.writeBatch(
      batchOf(run.id, 1, {
        points: pointsOf('dev/accuracy', [
          [1, 0.5],
          [2, 0.6 + seed / 100],
        ]),
        checkpoints: [{ ...record, kind: 'best' }],
        facts: { backend: 'cpu', device: 'test', labels: ['=no', 'yes'] },
        logs: [{ time: 1, level: 'info', text: 'a line of the log' }],
        predictions: [
          {
            split: 'dev',
            exampleId: 'e,1',
            x: '"x"',
            y: '=1+1',
            label: 1,
            logits: Float32Array.of(0, 1),
          },
        ],
      }),
    )
    if (seed === 3) {
      store.runs.setStatus(run.id, 'crashed', {
        message: 'the trainer process ended by SIGKILL',
        where: null,
        fix: `virtlab resume ${run.id}`,
        stack: null,
      })
    } else {
      store.runs.setStatus(run.id, 'completed')
    }
    return run.id
  })
  store.close()
  return { root, ids }
}

describe('virtlab runs', () => {
  test('says what to do where there are none', async () => {
    expect(await virtlab(temporaryFolder(), 'runs')).toEqual({
      code: 0,
      stdout: 'No runs. Train some: virtlab demo\n',
      stderr: '',
    })
  })

  test('lists them, newest first, in aligned columns', async () => {
    const { root, ids } = folderWithRuns()
    const { stdout } = await virtlab(root, 'runs')
    const lines = stdout.trimEnd().split('\n')
    expect(lines[0]).toMatch(
      /^id +name +model +data +status +seed +dev acc +dev loss +test acc +steps\/s +when$/,
    )
    expect(lines.slice(2).map((line) => line.split(/ {2,}/).slice(0, 7))).toEqual([
      [ids[2], 'broken', 'cross_encoder', 'demo', 'crashed', '3', '0.6300'],
      [ids[1], 'teacher', 'cross_encoder', 'demo', 'completed', '2', '0.6200'],
      [ids[0], 'teacher', 'cross_encoder', 'demo', 'completed', '1', '0.6100'],
    ])
  })

  test('--group gives mean ± std over the completed seeds', async () => {
    const { root } = folderWithRuns()
    const { stdout } = await virtlab(root, 'runs', '--group')
    // All three differ in their seed only; the crashed one does not count.
    expect(stdout.split('\n')[2]).toMatch(/cross_encoder +demo +2 of 3 +0\.6150 ± 0\.0071$/)
  })

  test('--json and --status', async () => {
    const { root, ids } = folderWithRuns()
    const { stdout } = await virtlab(root, 'runs', '--json', '--status', 'crashed')
    expect(JSON.parse(stdout)).toMatchObject([
      { id: ids[2], status: 'crashed', bestStep: 2, metrics: { 'dev/accuracy': 0.63 } },
    ])
  })
})

describe('virtlab show', () => {
  test('tells everything of a run', async () => {
    const { root, ids } = folderWithRuns()
    const { stdout, code } = await virtlab(root, 'show', 'broken')
    expect(code).toBe(0)
    for (const part of [
      `run         ${ids[2]}  broken, seed 3`,
      'error       the trainer process ended by SIGKILL',
      `  →         virtlab resume ${ids[2]}`,
      'learningRate: 0.00005',
      'dev/accuracy  2  0.6300 @2  0.5000 @1  0.6300 @2  0.5650',
      '2.05 KB  cccccccccccccccc  checkpoints/2 (no longer kept)',
      'dev           1        1  100.00 %',
      'a line of the log',
    ]) {
      expect(stdout).toContain(part)
    }
  })

  test('--json is whole', async () => {
    const { root, ids } = folderWithRuns()
    const { stdout } = await virtlab(root, 'show', ids[0]!, '--json')
    expect(JSON.parse(stdout)).toMatchObject({
      id: ids[0],
      config: { model: { type: 'cross_encoder' } },
      facts: { backend: 'cpu' },
      series: [{ name: 'dev/accuracy', n: 2, min: { step: 1, value: 0.5 } }],
      checkpoints: [{ kind: 'best', step: 2 }],
      predictions: [{ split: 'dev', n: 1, correct: 1 }],
    })
  })
})

describe('virtlab export', () => {
  test.each(['csv', 'json', 'md', 'latex'])('%s of all runs', async (format) => {
    const { root, ids } = folderWithRuns()
    const { stdout, code } = await virtlab(root, 'export', '--all', '--format', format)
    expect(code).toBe(0)
    for (const id of ids) expect(stdout).toContain(id)
    expect(stdout).toContain('0.61')
  })

  test('predictions, with texts that a spreadsheet would run made harmless', async () => {
    const { root, ids } = folderWithRuns()
    const { stdout } = await virtlab(root, 'export', ids[0]!, '--what', 'predictions')
    expect(parseCsv(stdout, { columns: true })).toEqual([
      {
        run: ids[0],
        name: 'teacher',
        split: 'dev',
        example: 'e,1',
        x: '"x"',
        y: "'=1+1",
        label: 'yes',
        predicted: 'yes',
        correct: 'true',
        logits: '0 1',
      },
    ])
  })

  test('points and config', async () => {
    const { root, ids } = folderWithRuns()
    const points = await virtlab(root, 'export', ids[0]!, '--what', 'points')
    expect(points.stdout.split('\n')[1]).toBe(
      `${ids[0]},teacher,dev/accuracy,1,0.5,2023-11-14T22:13:20.000Z`,
    )
    const config = await virtlab(root, 'export', ids[0]!, ids[1]!, '--what', 'config')
    expect(config.stdout).toContain('training.seed,1,2\n')
  })

  test('into a file, whole or not at all', async () => {
    const { root, ids } = folderWithRuns()
    const out = join(root, 'table.csv')
    expect(await virtlab(root, 'export', ids[0]!, '--out', out)).toMatchObject({
      code: 0,
      stdout: '',
    })
    expect(readFileSync(out, 'utf8')).toContain(`${ids[0]},teacher,cross_encoder`)
    const nowhere = await virtlab(root, 'export', ids[0]!, '--out', join(root, 'no/where.csv'))
    expect(nowhere.code).toBe(2)
    expect(nowhere.stderr).toMatch(
      /the file cannot be written: ENOENT[^]*→ Choose a file in a folder/,
    )
    expect(existsSync(`${out}.unfinished`)).toBe(false)
  })
})

describe('virtlab delete', () => {
  test('hides a run, brings it back, and removes it for good only when told so twice', async () => {
    const { root, ids } = folderWithRuns()
    const id = ids[0]!
    const listed = async () => (await virtlab(root, 'runs')).stdout.includes(id)
    expect((await virtlab(root, 'delete', id)).stdout).toBe(`deleted ${id} (teacher, seed 1)\n`)
    expect(await listed()).toBe(false)
    await virtlab(root, 'delete', id, '--restore')
    expect(await listed()).toBe(true)
    expect(await virtlab(root, 'delete', id, '--purge')).toMatchObject({ code: 2 })
    expect(await listed()).toBe(true)
    await virtlab(root, 'delete', id, '--purge', '--yes')
    expect((await virtlab(root, 'show', id)).code).toBe(2)
  })
})

describe('exit code 2 and a fix for what the user can mend', () => {
  test.each([
    [['runz'], /unknown command 'runz'\n\(Did you mean runs\?\)/],
    [['show'], /missing required argument 'run'/],
    [['show', 'nobody'], /there is no run "nobody"\n {2}→ virtlab runs lists them\./],
    [['export'], /export what\?\n {2}→ Name runs, or use --recipe NAME or --all/],
    [['export', 'a', '--format', 'pdf'], /Allowed choices are csv, json, md, latex/],
    [['train'], /which recipe\?/],
    [['train', 'no.yaml'], /no\.yaml: there is no such recipe/],
    [['train', 'no.yaml', '--seeds', '1,x'], /Seeds are whole numbers with commas between/],
    [['train', 'recipes/demo.yaml', '--set', 'epochs=1'], /Did you mean "training\.epochs"\?/],
    [['train', 'package.json'], /package\.json:/],
    [['resume', 'nobody'], /there is no run "nobody"/],
  ])('%j', async (args, message) => {
    const { code, stderr, stdout } = await virtlab(temporaryFolder(), ...args)
    expect(stderr).toMatch(message)
    expect(stderr).not.toMatch(/^ +at /m)
    expect(stdout).toBe('')
    expect(code).toBe(2)
  })

  test('a database that is none', async () => {
    const { root } = folderWithRuns()
    writeFileSync(join(root, 'virtlab.db'), 'scribble '.repeat(500))
    const { code, stderr } = await virtlab(root, 'runs')
    expect(stderr).toContain('It is no SQLite file')
    expect(code).toBe(2)
  })

  test('resuming a completed run', async () => {
    const { root, ids } = folderWithRuns()
    const { code, stderr } = await virtlab(root, 'resume', ids[0]!)
    expect(stderr).toContain(`run ${ids[0]} (teacher) is completed`)
    expect(code).toBe(2)
  })
})

test('train --dry-run prints the plan and trains nothing', async () => {
  const root = temporaryFolder()
  const recipe = join(root, 'recipe.yaml')
  writeFileSync(
    recipe,
    `name: dry
defaults: { data: { dataset: demo } }
runs:
  student: { model: { type: virt_encoder }, teacher: teacher, distillation: { virt: {} } }
  teacher: { model: { type: cross_encoder } }
`,
  )
  const { code, stdout } = await virtlab(root, 'train', recipe, '--dry-run', '--seeds', '4,5')
  expect(code).toBe(0)
  expect(stdout).toMatch(/^dry: 4 runs\n/)
  expect(stdout).toMatch(
    /1 +teacher +4 +cross_encoder +– +auto\n2 +student +4 +virt_encoder +teacher/,
  )
  expect(stdout).toContain('alpha: 0.4')
  expect((await virtlab(root, 'runs')).stdout).toContain('No runs')
})
