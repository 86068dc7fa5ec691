import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { UserError } from '../../../src-shared/errors.ts'
import { costPoints } from '../../efficiency/points.ts'
import { speedUpTable } from '../../efficiency/speed-up-table.ts'
import { dataLabel } from '../../results/summarize.ts'
import type { ApiContext, Handlers } from '../context.ts'
import { fileNameOf, render } from '../export.ts'
import { createMeasuring } from './measuring.ts'

export function efficiencyHandlers({
  core,
  events,
}: ApiContext): Handlers<
  | 'efficiency.points'
  | 'efficiency.atHand'
  | 'efficiency.ofRun'
  | 'efficiency.measure'
  | 'efficiency.cancel'
  | 'efficiency.state'
  | 'efficiency.export'
> {
  const { store } = core
  const measuring = createMeasuring(core, (state) => events.emit('efficiency.changed', state))

  return {
    'efficiency.points': () => ({ points: costPoints(store) }),
    'efficiency.atHand'() {
      const measured = new Set(store.efficiency.list().map(({ runId }) => runId))
      const runs = store.runs.list({ status: 'completed' }).flatMap((run) => {
        const best = store.details.checkpoint(run.key, 'best')
        if (!run.config || !best) return []
        if (!existsSync(join(core.runDir(run.id), best.path, 'model.safetensors'))) return []
        const { id, name, seed, config } = run
        return [
          {
            id,
            name,
            seed,
            modelType: config.model.type,
            dataset: dataLabel(config),
            measured: measured.has(id),
          },
        ]
      })
      return { runs }
    },
    'efficiency.ofRun': ({ id }) => ({
      measurements: store.efficiency.list({ runId: store.runs.get(id).id }),
    }),
    'efficiency.measure'({ ids, settings }) {
      for (const id of ids) store.runs.get(id)
      measuring.add(ids, settings)
      return {}
    },
    'efficiency.cancel'() {
      measuring.cancel()
      return {}
    },
    'efficiency.state': () => measuring.state(),
    'efficiency.export'({ dataset, hardware, metric, format }) {
      const points = costPoints(store).filter(
        (point) => point.dataset === dataset && point.hardware === hardware,
      )
      if (points.length === 0) {
        throw new UserError(`nothing of ${dataset} was measured on ${hardware}`, {
          fix: 'Measure its checkpoints first.',
        })
      }
      return render(speedUpTable(points, metric), format, fileNameOf(`efficiency-${dataset}`))
    },
  }
}
