import type { ModelType } from '../../../src-shared/config/model.ts'
import { ofType, teacher, teacherRun, withVirt, type SuitePreset } from './preset.ts'

/** Those that the authors ran (virt-paper.md §3); their `late_fusion` is the virt_encoder. */
const sixStudents: readonly ModelType[] = [
  'bi_encoder',
  'deformer',
  'dipair',
  'poly_encoder',
  'colbert',
  'virt_encoder',
]

/** Table 3 of virt.md; paper §4.4. */
export const generality: SuitePreset = {
  id: 'generality',
  title: 'Generality',
  summary: 'Six students, each alone, with logit distillation and with VIRT.',
  takes: ['students', 'alpha'],
  grid(options) {
    const { students = sixStudents, alpha } = options
    return {
      runs: { [teacher]: teacherRun(options) },
      factors: {
        student: Object.fromEntries(students.map((type) => [type, ofType(type)])),
        distillation: {
          plain: {},
          'logit KD': { teacher, distillation: { logits: {} } },
          VIRT: withVirt(alpha),
        },
      },
    }
  },
}
