/**
 * A core as a process of its own, to be killed by tests: opens the data folder argv[2], queues one run (or
 * CORE_RUNS), trains it with the test peer (test-peer.ts). Prints `acknowledged STEP` for every step that is stored.
 */
import { createCore } from '../../src-main/core.ts'
import { openDataFolder } from '../../src-main/data-folder.ts'
import { corePlan, provenance, testPeer } from './plan.ts'

const core = createCore({ dataFolder: openDataFolder(process.argv[2]), trainerEntry: testPeer })
for (let i = 0; i < Number(process.env['CORE_RUNS'] ?? 1); i++) {
  core.queue.addRecipe({ name: 'test', path: null, text: null, runs: corePlan(), provenance })
}
await core.queue.work({
  progress(run) {
    console.log(`acknowledged ${core.store.series.last(run.key, 'train/loss')?.step ?? 0}`)
  },
})
core.close()
