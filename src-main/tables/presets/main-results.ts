import { modelLabels, sibling, type TablePreset } from './preset.ts'

/** Table 1 of virt.md; paper §4.2. */
export const mainResults: TablePreset = {
  id: 'main',
  title: 'Main results',
  summary:
    'every model on every dataset, F1 where there are two classes, speed-up over the cross-encoder',
  recipe: (metric) => ({
    name: 'main',
    title: 'Main results',
    label: 'tab:main',
    rows: [{ field: 'factor.model', title: 'Model', labels: modelLabels }],
    columns: [{ field: 'data', title: 'Dataset' }],
    values: [
      { metric, title: 'Acc.' },
      { metric: sibling(metric, 'f1'), title: 'F1', optional: true },
      {
        metric: 'inference/pairs_per_second',
        title: 'Speed-up',
        ratioTo: { 'factor.model': 'cross_encoder' },
        digits: 1,
        better: 'none',
        optional: true,
      },
    ],
    best: { within: 'column' },
  }),
}
