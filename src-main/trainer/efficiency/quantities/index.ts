import type { CountedQuantityDefinition, TimedQuantityDefinition } from '../quantity.ts'
import { achieved } from './achieved.ts'
import { cache } from './cache.ts'
import { encodeY } from './encode-y.ts'
import { flops } from './flops.ts'
import { indexBuild } from './index-build.ts'
import { pair } from './pair.ts'
import { parameters } from './parameters.ts'
import { query } from './query.ts'
import { throughput } from './throughput.ts'

/**
 * What is measured of a model, in this order: what is counted may look at what was timed. One more is a file, a line
 * here and its key in src-shared/efficiency.ts. Memory is taken by a process of its own (memory.ts).
 */
export const quantities: (TimedQuantityDefinition | CountedQuantityDefinition)[] = [
  pair,
  query,
  throughput,
  encodeY,
  indexBuild,
  flops,
  achieved,
  parameters,
  cache,
]
