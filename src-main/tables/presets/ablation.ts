import type { TablePreset } from './preset.ts'

/** Table 2 of virt.md; paper §4.3. */
export const ablation: TablePreset = {
  id: 'ablation',
  title: 'Ablation',
  summary: 'the VIRT-Encoder and what it loses without its parts',
  recipe: (metric) => ({
    name: 'ablation',
    title: 'Ablation of the VIRT-Encoder',
    label: 'tab:ablation',
    rows: [
      {
        field: 'factor.variant',
        title: 'Variant',
        labels: {
          full: 'VIRT-Encoder',
          'without VIRT': '− VIRT',
          'without adapted interaction': '− adapted interaction',
          'without both': '− both',
        },
      },
    ],
    columns: [{ field: 'data', title: 'Dataset' }],
    values: [metric],
    reference: { at: { 'factor.variant': 'full' } },
  }),
}
