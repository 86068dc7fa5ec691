import { ofType, teacher, teacherRun, withVirt, type SuitePreset } from './preset.ts'

/** From the paper's 0.4 (virt-paper.md §2) to beyond what a model from scratch wants. */
const weights = [0.04, 0.4, 1, 4, 10, 40]

export const alphaSweep: SuitePreset = {
  id: 'alpha',
  title: 'Weight of VIRT',
  summary: 'The VIRT-Encoder with ever more weight on VIRT, from none to 40.',
  takes: [],
  grid: (options) => ({
    runs: { [teacher]: teacherRun(options) },
    factors: {
      alpha: {
        '0': ofType('virt_encoder'),
        ...Object.fromEntries(
          weights.map((alpha) => [
            String(alpha),
            { ...ofType('virt_encoder'), ...withVirt(alpha) },
          ]),
        ),
      },
    },
  }),
}
