import { modelLabels, type TablePreset } from './preset.ts'

/** Table 3 of virt.md; paper §4.4. */
export const generality: TablePreset = {
  id: 'generality',
  title: 'Generality',
  summary: 'six students, each plain, with logit distillation and with VIRT',
  recipe: (metric) => ({
    name: 'generality',
    title: 'VIRT on other students',
    label: 'tab:generality',
    rows: [{ field: 'factor.student', title: 'Student', labels: modelLabels }],
    columns: [
      { field: 'data', title: 'Dataset' },
      {
        field: 'factor.distillation',
        title: 'Distillation',
        labels: { 'logit KD': '+ logit KD', VIRT: '+ VIRT' },
      },
    ],
    values: [metric],
    spread: 'interval',
    reference: { at: { 'factor.distillation': 'plain' } },
    best: { within: 'row' },
  }),
}
