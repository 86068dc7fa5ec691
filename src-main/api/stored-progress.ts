import type { ProgressMessage } from '../../src-shared/protocol.ts'
import type { Store } from '../store/open.ts'

/** Steps that the speed is taken over. */
const recentSteps = 20

/**
 * How far a run is, by what is stored: what its trainer says between two steps reaches only the process that
 * started it. Null before the first step.
 */
export function storedProgress({ runs, series }: Store, runId: string): ProgressMessage | null {
  const { key, facts } = runs.get(runId)
  const last = series.last(key, 'train/loss')
  if (!last) return null
  const { plan } = facts
  const totalSteps = numberOf(plan, 'totalSteps') ?? last.step
  const stepsPerEpoch = numberOf(plan, 'stepsPerEpoch')
  const { step, time } = series.points(key, 'train/loss', { from: last.step - recentSteps })
  const steps = (step.at(-1) ?? 0) - (step[0] ?? 0)
  const ms = (time.at(-1) ?? 0) - (time[0] ?? 0)
  const stepsPerSecond = steps > 0 && ms > 0 ? (1000 * steps) / ms : null
  return {
    type: 'progress',
    runId,
    phase: 'training',
    step: last.step,
    totalSteps,
    epoch: stepsPerEpoch
      ? last.step / stepsPerEpoch
      : (series.last(key, 'train/epoch')?.value ?? 0),
    loss: Number.isFinite(last.value) ? last.value : null,
    devMetric: null,
    stepsPerSecond,
    etaSeconds: stepsPerSecond === null ? null : (totalSteps - last.step) / stepsPerSecond,
  }
}

const numberOf = (object: unknown, key: string): number | undefined => {
  const value: unknown =
    typeof object === 'object' && object !== null ? Reflect.get(object, key) : undefined
  return typeof value === 'number' ? value : undefined
}
