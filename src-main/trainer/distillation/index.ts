import {
  distillationNames,
  type DistillationConfig,
  type DistillationName,
} from '../../../src-shared/config/distillation.ts'
import { dideDistillation } from './dide.ts'
import type { Distillation, DistillationFactory, Models } from './distillation.ts'
import { hiddenDistillation } from './hidden.ts'
import { logitsDistillation } from './logits.ts'
import { marginMseDistillation } from './margin-mse.ts'
import { virtDistillation } from './virt.ts'

type Factories = {
  [Name in DistillationName]: DistillationFactory<NonNullable<DistillationConfig[Name]>>
}

/** Every distillation by its name in a configuration, one file each. */
const factories: Factories = {
  virt: virtDistillation,
  logits: logitsDistillation,
  marginMse: marginMseDistillation,
  dide: dideDistillation,
  hidden: hiddenDistillation,
}

/** Those that a configuration asks for, in any mix. */
export function makeDistillations(config: DistillationConfig, models: Models): Distillation[] {
  const make = <Name extends DistillationName>(name: Name): Distillation[] => {
    const wanted = config[name]
    return wanted === undefined ? [] : [factories[name](wanted, models)]
  }
  return distillationNames.flatMap((name) => make(name))
}
