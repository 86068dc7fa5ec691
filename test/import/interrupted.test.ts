import { execFile } from 'node:child_process'
import { closeSync, openSync, readdirSync, statSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { layout } from '../../src-main/layout.ts'
import { temporaryApi } from '../support/served.ts'
import { temporaryFolder } from '../support/temporary.ts'

/** Histories of W&B, `lines` long; more of a line is a histogram, which is left. */
function writeHistory(path: string, lines: number, histogram = 0): string {
  const file = openSync(path, 'w')
  const values = JSON.stringify(Array.from({ length: histogram }, (_, i) => i / 7))
  let text = ''
  for (let i = 0; i < lines; i++) {
    const row = `"_step": ${i}, "_timestamp": ${1_700_000_000 + i}, "loss": ${1 / (i + 1)}, "acc": 0.5`
    text += `{${row}, "grad": {"_type": "histogram", "values": ${values}}}\n`
    if (text.length > 1 << 20 || i === lines - 1) {
      writeSync(file, text)
      text = ''
    }
  }
  closeSync(file)
  return path
}

function temporaryTarget() {
  const { core, api } = temporaryApi()
  const { root } = core.folder
  const count = (sql: string) => core.store.db.prepare<[], number>(sql).pluck().get()
  return {
    api,
    root,
    rows: () => ({
      runs: core.store.runs.list().length,
      series: count('SELECT count(*) FROM series'),
      points: count('SELECT count(*) FROM points'),
    }),
    staged: () => readdirSync(root).filter((name) => name.startsWith('staging-')),
  }
}

const nothing = { runs: 0, series: 0, points: 0 }

test.each(['reading', 'writing'] as const)(
  'an import that is cancelled, its process killed while it is %s, leaves nothing; the next one brings all, once',
  async (phase) => {
    const { api, rows, staged } = temporaryTarget()
    const folder = temporaryFolder()
    await api.call('settings.set', { folders: [folder] })
    const path = writeHistory(join(folder, 'history.jsonl'), 20_000)
    const start = () => api.call('import.runs', { path, dryRun: false })
    const unsubscribe = api.subscribe('import.progress', (at) => {
      if (at.phase === phase) void api.call('import.cancel', { path })
    })
    await expect(start()).rejects.toThrow('it was cancelled; nothing of it was kept')
    expect(rows()).toEqual(nothing)
    expect(staged()).toEqual([])
    unsubscribe()

    const all = { runs: 1, series: 2, points: 40_000 }
    for (const outcome of ['new', 'present']) {
      expect((await start()).runs).toMatchObject([{ outcome }])
      expect(rows()).toEqual(all)
    }
    expect(staged()).toEqual([])
  },
  60_000,
)

test('150 MB are read by a process that has 64 MiB of heap, and told of as they go', async () => {
  const path = writeHistory(join(temporaryFolder(), 'large.jsonl'), 60_000, 150)
  expect(statSync(path).size).toBeGreaterThan(150e6)
  const { root, rows } = temporaryTarget()
  const request = JSON.stringify({ kind: 'import', root, path, dryRun: false })
  const { stdout } = await promisify(execFile)(layout.node, [
    '--max-old-space-size=64',
    layout.program('transfer'),
    request,
  ])
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { kind: string; at?: { done: number; total: number } })
  expect(lines.at(-1)?.kind).toBe('imported')
  expect(lines.some(({ at }) => at && at.done > 1e6 && at.done < at.total)).toBe(true)
  expect(rows()).toEqual({ runs: 1, series: 2, points: 120_000 })
}, 60_000)
