import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { serialize } from 'node:v8'
import { describe, expect, onTestFinished, test } from 'vitest'
import { createCore } from '../../src-main/core.ts'
import { unsentFile } from '../../src-shared/protocol.ts'
import { batchOf, pointsOf } from '../support/batches.ts'
import { addRun } from '../support/stored-run.ts'
import { temporaryDataFolder } from '../support/temporary.ts'

/** A crashed run with batch 1 stored, and `content` left in its folder by the trainer; opened again. */
function reopenWith(content: (runId: string) => Uint8Array) {
  const dataFolder = temporaryDataFolder()
  const before = createCore({ dataFolder })
  const { id } = addRun(before.store)
  before.store.writeBatch(batchOf(id, 1, { points: pointsOf('x', [[1, 1]]) }))
  before.store.runs.setStatus(id, 'crashed')
  const path = join(before.runDir(id), unsentFile)
  mkdirSync(before.runDir(id), { recursive: true })
  writeFileSync(path, content(id))
  before.close()
  const core = createCore({ dataFolder })
  onTestFinished(() => core.close())
  return { core, run: core.store.runs.get(id), path }
}

describe('batches that a trainer left behind', () => {
  test('are written when the folder is opened, those that were stored already not again', () => {
    const { core, run, path } = reopenWith((id) =>
      serialize([
        batchOf(id, 1, { points: pointsOf('x', [[1, 99]]) }),
        batchOf(id, 2, { points: pointsOf('x', [[2, 2]]) }),
        batchOf(id, 3, { logs: [{ time: 1, level: 'info', text: 'last words' }] }),
      ]),
    )
    expect([...core.store.series.points(run.key, 'x').value]).toEqual([1, 2])
    expect(core.store.details.logs(run.key, 9)).toMatchObject([{ text: 'last words' }])
    expect(run.lastSeq).toBe(3)
    expect(existsSync(path)).toBe(false)
  })

  test('in a file that cannot be read are kept aside, and the log says so', () => {
    const { core, run, path } = reopenWith(() => Buffer.from('half a fi'))
    expect(core.store.details.logs(run.key, 9)).toMatchObject([
      { level: 'error', source: 'core', text: expect.stringContaining('.unreadable') as string },
    ])
    expect(existsSync(path)).toBe(false)
    expect(readFileSync(`${path}.unreadable`, 'utf8')).toBe('half a fi')
  })
})
