import type { TablePreset } from './preset.ts'

/** How much VIRT weighs (virt-paper.md §2: the authors settled on 0.4). */
export const alphaSweep: TablePreset = {
  id: 'alpha',
  title: 'Weight of VIRT',
  summary: 'the VIRT-Encoder by α',
  recipe: (metric) => ({
    name: 'alpha',
    title: 'Weight α of the VIRT loss',
    label: 'tab:alpha',
    rows: [{ field: 'factor.alpha', title: 'α' }],
    columns: [{ field: 'data', title: 'Dataset' }],
    values: [metric],
    reference: { at: { 'factor.alpha': '0' } },
  }),
}
