import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createCore, type Core } from '../../src-main/core.ts'
import { runExporters } from '../../src-main/export/runs/index.ts'
import type { RunExportOptions } from '../../src-main/export/runs/run-exporter.ts'
import { runImport } from '../../src-main/import/run-import.ts'
import { batchOf } from '../support/batches.ts'
import { addRun } from '../support/stored-run.ts'
import { temporaryDataFolder, temporaryFolder } from '../support/temporary.ts'

/** A Python with the other programs in it: $VIRTLAB_TEST_PYTHON, else python3. */
const python = process.env['VIRTLAB_TEST_PYTHON'] ?? 'python3'
const has = (module: string) => spawnSync(python, ['-c', `import ${module}`]).status === 0
const hasTensorBoard = has('tensorboard')
const hasMlflow = has('mlflow')

function temporaryCore(): Core {
  const core = createCore({ dataFolder: temporaryDataFolder() })
  onTestFinished(() => core.close())
  return core
}

/** A run with two series; NaN and infinities are among its values. */
function stored() {
  const core = temporaryCore()
  const run = addRun(core.store, { name: 'student' })
  const values = [1, 0.5, NaN, Infinity]
  const points = {
    keys: ['train/loss', 'dev/accuracy'],
    keyIndex: Uint16Array.from([0, 0, 0, 0, 1]),
    step: Float64Array.from([0, 1, 2, 3, 3]),
    value: Float64Array.from([...values, 0.75]),
    time: Float64Array.from([1000, 2000, 3000, 4000, 4000].map((ms) => 1_700_000_000_000 + ms)),
  }
  core.store.writeBatch(batchOf(run.id, 1, { points }))
  core.store.runs.setStatus(run.id, 'completed')
  return { core, run: core.store.runs.get(run.id), values }
}

async function exportAs(
  format: string,
  { core, run }: ReturnType<typeof stored>,
  options: RunExportOptions,
) {
  const exporter = runExporters.find((one) => one.format === format)
  const lines: string[] = []
  for await (const line of exporter!.export(core.store, [run], options)) lines.push(line)
  return lines
}

const importOf = async (path: string) => {
  const core = temporaryCore()
  const ends = { store: core.store, root: core.folder.root, runDir: core.runDir }
  await runImport(ends, { path, dryRun: false })
  return core.store
}

describe('to TensorBoard', () => {
  test('what is written is read back', async () => {
    const one = stored()
    const out = join(temporaryFolder(), 'logs')
    await exportAs('tensorboard', one, { out })
    const { runs, series } = await importOf(out)
    const [run] = runs.list()
    expect(run).toMatchObject({ name: `student-${one.run.id}` })
    expect(run!.source!.settings).toMatchObject({
      'model.type': 'cross_encoder',
      'training.seed': 1,
    })
    const { step, value, time } = series.points(run!.key, 'train/loss')
    expect([...step]).toEqual([0, 1, 2, 3])
    expect([...value]).toEqual(one.values)
    expect(time[0]).toBe(1_700_000_001_000)
  })

  test.skipIf(!hasTensorBoard)(
    'TensorBoard’s own reader finds every point',
    async () => {
      const one = stored()
      const out = join(temporaryFolder(), 'logs')
      const [file = ''] = await exportAs('tensorboard', one, { out })
      const script = `
import json, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
events = EventAccumulator(sys.argv[1]); events.Reload()
print(json.dumps({tag: [[e.step, repr(e.value), e.wall_time] for e in events.Scalars(tag)] for tag in events.Tags()["scalars"]}))`
      const told = JSON.parse(
        execFileSync(python, ['-c', script, file], {
          encoding: 'utf8',
          stdio: ['ignore', 'pipe', 'ignore'],
        }),
      ) as unknown
      expect(told).toEqual({
        'train/loss': [
          [0, '1.0', 1_700_000_001],
          [1, '0.5', 1_700_000_002],
          [2, 'nan', 1_700_000_003],
          [3, 'inf', 1_700_000_004],
        ],
        'dev/accuracy': [[3, '0.75', 1_700_000_004]],
      })
    },
    60_000,
  )

  test('a folder must be named', async () => {
    await expect(exportAs('tensorboard', stored(), {})).rejects.toThrow('where to?')
  })
})

describe('to MLflow', () => {
  test('an address must be given, and somebody must answer there', async () => {
    await expect(exportAs('mlflow', stored(), {})).rejects.toThrow('which MLflow server?')
    await expect(exportAs('mlflow', stored(), { url: 'file:///etc' })).rejects.toThrow(
      'which MLflow',
    )
    await expect(exportAs('mlflow', stored(), { url: 'http://127.0.0.1:9' })).rejects.toThrow(
      'does not answer',
    )
  })

  test.skipIf(!hasMlflow)(
    'a real server has the run, once, and its store can be imported',
    async () => {
      const folder = temporaryFolder()
      const port = await freePort()
      const url = `http://127.0.0.1:${port}`
      const database = join(folder, 'mlflow.db')
      const server = spawn(
        python,
        [
          '-m',
          'mlflow',
          'server',
          '--backend-store-uri',
          `sqlite:///${database}`,
          '--artifacts-destination',
          join(folder, 'artifacts'),
          '--host',
          '127.0.0.1',
          '--port',
          String(port),
          '--workers',
          '1',
        ],
        { cwd: folder, stdio: 'ignore', detached: true },
      )
      onTestFinished(() => void process.kill(-(server.pid ?? 0), 'SIGKILL'))
      await answering(`${url}/health`)

      const one = stored()
      const options = { url, experiment: 'matching' }
      expect((await exportAs('mlflow', one, options))[0]).toMatch(/ is run \w{32} of matching$/)
      expect((await exportAs('mlflow', one, options))[0]).toMatch(/is there already/)

      const { runs, series } = await importOf(database)
      const [run, ...others] = runs.list()
      expect(others).toEqual([])
      expect(run).toMatchObject({
        name: 'student',
        status: 'completed',
        source: { project: 'matching', settings: { 'model.type': 'cross_encoder' } },
      })
      expect([...series.points(run!.key, 'train/loss').value]).toEqual(one.values)
      expect([...series.points(run!.key, 'dev/accuracy').value]).toEqual([0.75])
    },
    180_000,
  )
})

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as { port: number }
  await new Promise((closed) => server.close(closed))
  return port
}

async function answering(url: string): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    const answer = await fetch(url).catch(() => undefined)
    if (answer?.ok) return
    await sleep(400)
  }
  throw new Error(`nobody answers at ${url}`)
}
