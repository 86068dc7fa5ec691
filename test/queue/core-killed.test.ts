import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { createCore } from '../../src-main/core.ts'
import { awaitFormerTrainer } from '../../src-main/queue/resume-point.ts'
import { unsentFile } from '../../src-shared/protocol.ts'
import { testPeer } from '../support/plan.ts'
import { temporaryDataFolder } from '../support/temporary.ts'

const coreProcess = fileURLToPath(new URL('../support/core-process.ts', import.meta.url))

/** Starts a core of its own on the folder, kills it with SIGKILL once `step` is stored; that step. */
async function killCoreAt(step: number, root: string): Promise<number> {
  const child = spawn(process.execPath, [coreProcess, root], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, PEER_STEPS: '400', PEER_STEP_MS: '5' },
  })
  let acknowledged = 0
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged = Number(line.replace('acknowledged ', ''))
    if (acknowledged >= step) child.kill('SIGKILL')
  }
  return acknowledged
}

describe('a core that is killed in the middle of a run', () => {
  test('leaves a crashed run with every acknowledged point, and the trainer’s last batches', async () => {
    const dataFolder = temporaryDataFolder()
    const acknowledged = await killCoreAt(30, dataFolder.root)
    expect(acknowledged).toBeGreaterThanOrEqual(30)

    const core = createCore({ dataFolder, trainerEntry: testPeer })
    const [run] = core.store.runs.list()
    expect(run).toMatchObject({
      status: 'crashed',
      error: { message: 'the Virtlab process that supervised this run went away' },
    })
    const steps = () => [...core.store.series.points(run!.key, 'train/loss').step]
    const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1)
    expect(steps().length).toBeGreaterThanOrEqual(acknowledged)
    expect(steps()).toEqual(upTo(steps().length))

    // The trainer has noticed, written a checkpoint and what was not acknowledged, and left.
    await awaitFormerTrainer(core.store, run!)
    await core.queue.addResumed(run!)
    expect(existsSync(join(core.runDir(run!.id), unsentFile))).toBe(false)
    const resumedAt = core.store.jobs.ofRun(run!.id).at(-1)!.resumeStep!
    expect(resumedAt).toBeGreaterThanOrEqual(acknowledged)
    expect(steps()).toEqual(upTo(resumedAt))

    process.env['PEER_STEPS'] = String(resumedAt + 20)
    try {
      await core.queue.work()
    } finally {
      delete process.env['PEER_STEPS']
    }
    expect(core.store.runs.get(run!.id).status).toBe('completed')
    expect(steps()).toEqual(upTo(resumedAt + 20))
    core.close()
  })
})
