import { ofType, teacher, teacherRun, withVirt, type SuitePreset } from './preset.ts'

/** Table 2 of virt.md; paper §4.3. Without the adapted interaction a student is an sbert. */
export const ablation: SuitePreset = {
  id: 'ablation',
  title: 'Ablation',
  summary: 'The VIRT-Encoder whole, without VIRT, without the adapted interaction, without both.',
  takes: ['alpha'],
  grid: (options) => ({
    runs: { [teacher]: teacherRun(options) },
    factors: {
      variant: {
        full: { ...ofType('virt_encoder'), ...withVirt(options.alpha) },
        'without VIRT': ofType('virt_encoder'),
        'without adapted interaction': { ...ofType('sbert'), ...withVirt(options.alpha) },
        'without both': ofType('sbert'),
      },
    },
  }),
}
