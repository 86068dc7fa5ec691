import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { UserError } from '../../../src-shared/errors.ts'
import { trainedConfig, type RunRecord } from '../../../src-shared/run-record.ts'
import { askChild } from '../../trainer/backends/probe/ask-child.ts'
import { attendAnswer, type AttendRequest } from '../../trainer/attention/attend-protocol.ts'
import type { ApiContext, Handlers } from '../context.ts'
import { labelsOf } from '../runs/detail.ts'
import { createDistances } from './distances.ts'
import { createSnapshotReader } from './snapshots.ts'

const onDemandTimeoutMs = 180_000

export function attentionHandlers({
  core,
}: ApiContext): Handlers<
  'attention.index' | 'attention.maps' | 'attention.distances' | 'attention.onDemand'
> {
  const { db, runs, details } = core.store
  const snapshots = createSnapshotReader(db)
  const distances = createDistances(snapshots)
  const answers = db.prepare<[number, string], { x: string; y: string; label: number }>(
    `SELECT x, y, label FROM predictions WHERE run = ? AND split = 'dev' AND example = ?`,
  )

  return {
    'attention.index'({ id }) {
      const run = runs.get(id)
      const list = snapshots.list(run.key)
      const own = list.filter(({ source }) => source === ownSource(run))
      const distinct = <T>(values: T[]) => [...new Set(values)]
      return {
        examples: distinct(list.map(({ exampleId }) => exampleId)).map((exampleId) => {
          const answer = answers.get(run.key, exampleId)
          if (answer) return { exampleId, ...answer }
          const tokens = snapshots.tokens(run.key, exampleId) ?? { x: [], y: [] }
          return { exampleId, x: textOf(tokens.x), y: textOf(tokens.y), label: null }
        }),
        labels: labelsOf(run),
        steps: distinct(own.map(({ step }) => step)).sort((a, b) => a - b),
        layers: distinct(own.map(({ layer }) => layer)).sort((a, b) => a - b),
        heads: own[0]?.heads ?? 0,
        sources: distinct(list.map(({ source }) => source)),
        layerMap: layerMapOf(run) ?? null,
        teacherId: run.teacherId,
        checkpoints: checkpointsOf(run),
      }
    },

    'attention.maps'({ id, exampleId, step, layer, source, direction }) {
      const run = runs.get(id)
      const own = ownSource(run)
      const found = snapshots.maps(run.key, { exampleId, step, layer, source: own, direction })
      const teacherStep = own === 'student' ? firstTeacherStep(run.key) : undefined
      const teacher =
        teacherStep === undefined
          ? []
          : snapshots.maps(run.key, {
              exampleId,
              step: teacherStep,
              layer: teacherLayer(run, layer),
              source: 'teacher',
              direction,
            })
      const maps = [...teacher, ...found].filter((map) => (source ?? map.source) === map.source)
      // The frozen teacher's map alone is no answer where the run's own was asked for.
      if (maps.length === 0 || (found.length === 0 && source !== 'teacher')) {
        throw new UserError(
          `there is no attention of ${exampleId} at step ${step}, layer ${layer}`,
          {
            where: `run ${id} (${run.name})`,
            fix: 'Choose among the steps and layers that attention.index lists.',
          },
        )
      }
      return { maps }
    },

    'attention.distances': ({ id, ...request }) => {
      const run = runs.get(id)
      return distances(run.key, { ...request, teacherLayer: (layer) => teacherLayer(run, layer) })
    },

    async 'attention.onDemand'({ id, checkpoint: kind, x, y, teacher: withTeacher }) {
      const run = runs.get(id)
      const checkpoint = details.checkpoint(run.key, kind)
      if (!checkpoint) {
        throw new UserError(`there is no ${kind} checkpoint yet`, {
          where: `run ${id} (${run.name})`,
          fix: 'Wait for the first evaluation.',
        })
      }
      const own = ownSource(run)
      const models: AttendRequest['models'] = [
        { source: own, dir: join(core.runDir(id), checkpoint.path) },
      ]
      const best =
        withTeacher && own === 'student' && run.teacherId !== null
          ? details.checkpoint(runs.get(run.teacherId).key, 'best')
          : undefined
      if (best && run.teacherId !== null) {
        models.push({ source: 'teacher', dir: join(core.runDir(run.teacherId), best.path) })
      }
      for (const { dir } of models) {
        if (!existsSync(dir))
          throw new UserError('the checkpoint is not there any more', { where: dir })
      }
      const answer = await askChild(
        'attend',
        [
          JSON.stringify({
            x,
            y,
            models,
            backend: trainedConfig(run).backend,
            backendsDir: core.folder.backends,
          } satisfies AttendRequest),
        ],
        attendAnswer,
        {
          timeoutMs: onDemandTimeoutMs,
        },
      )
      if (!answer.ok) {
        const fix = 'fix' in answer ? answer.fix : undefined
        throw new UserError(answer.reason, fix === undefined ? {} : { fix })
      }
      const of = (source: 'teacher' | 'student') => {
        const model = answer.models.find((one) => one.source === source)
        return model ? { probabilities: model.probabilities } : null
      }
      const maps = answer.models.flatMap((model) =>
        model.maps.map(({ data, ...map }) => ({
          ...map,
          source: model.source,
          step: checkpoint.step,
          data: decodeFloats(data),
        })),
      )
      return {
        step: checkpoint.step,
        layers: [...new Set(maps.filter(({ source }) => source === own).map(({ layer }) => layer))],
        labels: answer.models[0]?.labels ?? [],
        student: of('student'),
        teacher: of('teacher'),
        maps,
      }
    },
  }

  function firstTeacherStep(run: number): number | undefined {
    return snapshots.list(run).find(({ source }) => source === 'teacher')?.step
  }

  function checkpointsOf(run: RunRecord) {
    return (['best', 'last'] as const).flatMap((kind) => {
      const checkpoint = details.checkpoint(run.key, kind)
      return checkpoint ? [{ kind, step: checkpoint.step }] : []
    })
  }
}

/** How a run's own maps are stored: a cross_encoder's attention is real, as a teacher's. */
const ownSource = ({ config }: RunRecord) =>
  config?.model.type === 'cross_encoder' ? ('teacher' as const) : ('student' as const)

const teacherLayer = (run: RunRecord, layer: number): number =>
  layerMapOf(run)?.[layer - 1] ?? layer

/** Of whichever distillation compares layers. */
function layerMapOf({ config }: RunRecord): number[] | undefined {
  const { virt, dide, hidden } = config?.distillation ?? {}
  return virt?.layerMap ?? dide?.layerMap ?? hidden?.layerMap
}

/** WordPieces as a text. */
const textOf = (tokens: string[]): string => tokens.join(' ').replaceAll(' ##', '')

function decodeFloats(base64: string): Float32Array {
  const bytes = Uint8Array.from(Buffer.from(base64, 'base64'))
  return new Float32Array(bytes.buffer)
}
