import type { DistillationFactory } from './distillation.ts'
import { virtDistillation } from './virt.ts'

/** Every distillation, one file each; any of them may be combined. */
export const distillationFactories: DistillationFactory[] = [virtDistillation]
