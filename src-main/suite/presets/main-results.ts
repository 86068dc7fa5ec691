import { modelTypes } from '../../../src-shared/config/model.ts'
import { ofType, teacherRun, withVirt, type SuitePreset } from './preset.ts'

const crossEncoder = 'cross_encoder'

/** Table 1 of virt.md; paper §4.2. */
export const mainResults: SuitePreset = {
  id: 'main',
  title: 'Main results',
  summary:
    'The cross_encoder, every student on its own, and the VIRT-Encoder, which learns from the cross_encoder.',
  takes: ['students', 'alpha'],
  grid(options) {
    const { students = modelTypes, alpha } = options
    const alone = students.filter((type) => type !== crossEncoder && type !== 'virt_encoder')
    return {
      factors: {
        model: {
          [crossEncoder]: teacherRun(options),
          ...Object.fromEntries(alone.map((type) => [type, ofType(type)])),
          ...(students.includes('virt_encoder')
            ? {
                virt_encoder: {
                  ...ofType('virt_encoder'),
                  ...withVirt(alpha),
                  teacher: crossEncoder,
                },
              }
            : {}),
        },
      },
    }
  },
}
