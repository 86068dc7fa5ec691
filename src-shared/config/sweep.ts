import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64'
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'
import { z } from 'zod'

const range = z.tuple([z.number(), z.number()])

/** Values of one setting: a list to choose from, or a range to draw from. */
export const sweptValues = z.union([
  z.array(z.unknown()).min(1),
  z.strictObject({ choice: z.array(z.unknown()).min(1).describe('One of these') }),
  z.strictObject({ uniform: range.describe('Any number from a to b') }),
  z.strictObject({
    logUniform: range.describe('Equally likely in every power of ten from a to b'),
  }),
  z.strictObject({ int: range.describe('A whole number from a to b') }),
])

/** Median stopping, as in Vizier (Golovin et al., KDD 2017, "Automated stopping"). */
export const pruneConfig = z.strictObject({
  metric: z.string().default('dev/accuracy').describe('The series that is compared'),
  goal: z
    .enum(['maximize', 'minimize'])
    .optional()
    .describe('default: minimize a loss, a time or a size, maximize anything else'),
  minSteps: z.int().min(0).default(0).describe('No run is stopped before this step'),
  minRuns: z.int().min(1).default(3).describe('Nor before so many runs of the sweep are completed'),
})

export const sweepConfig = z.strictObject({
  runs: z
    .array(z.string())
    .min(1)
    .optional()
    .describe('The runs or cells that are varied; default: all that teach no other'),
  method: z.enum(['grid', 'random']).default('grid').describe('grid: every combination'),
  space: z.record(z.string(), sweptValues).describe('Values by setting (`training.learningRate`)'),
  maxRuns: z
    .int()
    .positive()
    .optional()
    .describe('random: how many combinations are drawn; grid: more than these are refused'),
  seed: z.int().min(0).default(1).describe('random: of the draw'),
  prune: pruneConfig
    .optional()
    .describe('Stop a run that lags behind the median of those completed'),
})

export type SweptValues = z.infer<typeof sweptValues>
export type SweepConfig = z.infer<typeof sweepConfig>
export type PruneConfig = z.infer<typeof pruneConfig>

/** One combination of a sweep: a value for every swept setting. */
export interface Trial {
  /** `training.learningRate=0.001`, or `trial 3`. */
  name: string
  values: Map<string, unknown>
}

/**
 * The combinations of a sweep, the same for the same seed. A random one that was drawn already is drawn
 * again; where a small space is used up there are fewer than `maxRuns`.
 */
export function trialsOf(sweep: SweepConfig): Trial[] {
  return sweep.method === 'grid' ? gridTrials(sweep) : randomTrials(sweep)
}

/** How many combinations a grid has. Ranges, which a grid cannot go through, count as one. */
export function gridSize({ space }: SweepConfig): number {
  return Object.values(space).reduce((size, values) => size * (choicesOf(values)?.length ?? 1), 1)
}

/** The listed values; undefined for a range. */
export function choicesOf(values: SweptValues): unknown[] | undefined {
  if (Array.isArray(values)) return values
  return 'choice' in values ? values.choice : undefined
}

function gridTrials({ space }: SweepConfig): Trial[] {
  const combinations = Object.entries(space).reduce<[string, unknown][][]>(
    (before, [key, values]) =>
      before.flatMap((left) =>
        (choicesOf(values) ?? []).map((value) => [...left, [key, value] as [string, unknown]]),
      ),
    [[]],
  )
  return combinations.map((values) => ({
    name: values.map(([key, value]) => `${key}=${textOf(value)}`).join(' '),
    values: new Map(values),
  }))
}

function randomTrials({ space, seed, maxRuns = 10 }: SweepConfig): Trial[] {
  const generator = xoroshiro128plus(seed)
  /** In [0, 1). */
  const random = () => uniformFloat64(generator)
  const seen = new Set<string>()
  const trials: Trial[] = []
  for (let draws = 0; trials.length < maxRuns && draws < maxDraws * maxRuns; draws++) {
    const values = Object.entries(space).map(([key, from]) => [key, draw(from, random)] as const)
    const identity = JSON.stringify(values)
    if (seen.has(identity)) continue
    seen.add(identity)
    trials.push({ name: `trial ${trials.length + 1}`, values: new Map(values) })
  }
  return trials
}

const maxDraws = 50

function draw(from: SweptValues, random: () => number): unknown {
  const choices = choicesOf(from)
  if (choices) return choices[Math.floor(random() * choices.length)]
  if ('uniform' in from) {
    const [low, high] = from.uniform
    return readable(low + random() * (high - low), low, high)
  }
  if ('logUniform' in from) {
    const [low, high] = from.logUniform
    return readable(low * (high / low) ** random(), low, high)
  }
  if ('int' in from) {
    const [low, high] = from.int
    return low + Math.floor(random() * (high - low + 1))
  }
  throw new Error('unreachable')
}

/** Four digits are enough to tell trials apart, and few enough to read. */
function readable(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, Number(value.toPrecision(4))))
}

/** A swept value as a level's name. */
export const textOf = (value: unknown): string =>
  typeof value === 'string' ? value : (JSON.stringify(value) ?? 'null')
