import type { TablePreset } from './preset.ts'

/** Table 4 of virt.md: which layers learn. */
export const layers: TablePreset = {
  id: 'layers',
  title: 'Layers',
  summary: 'VIRT on all layers, single ones, the last few, every n-th',
  recipe: (metric) => ({
    name: 'layers',
    title: 'VIRT by layers',
    label: 'tab:layers',
    rows: [{ field: 'factor.layers', title: 'Layers' }],
    columns: [{ field: 'data', title: 'Dataset' }],
    values: [metric],
    reference: { at: { 'factor.layers': 'none' } },
  }),
}
