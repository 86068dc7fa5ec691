import type { RunRecord } from '../../../src-shared/run-record.ts'
import { argmax } from '../../store/details.ts'
import type { Cell, ExportColumn } from '../table.ts'
import type { ExportContent } from './content.ts'

/** The best checkpoint's answer on every dev and test example. */
export const predictions: ExportContent = {
  what: 'predictions',
  summary: 'one row an example: texts, gold label, predicted label, logits',
  table(store, runs) {
    const names = [
      'run',
      'name',
      'split',
      'example',
      'x',
      'y',
      'label',
      'predicted',
      'correct',
      'logits',
    ]
    return {
      columns: names.map((name): ExportColumn => ({ key: name, title: name, kind: 'text' })),
      rows: {
        *[Symbol.iterator](): Generator<Cell[]> {
          for (const run of runs) {
            for (const answer of store.details.predictions(run.key)) {
              const { split, exampleId, x, y, label, logits } = answer
              const predicted = argmax(logits)
              yield [
                run.id,
                run.name,
                split,
                exampleId,
                x,
                y,
                labelName(run, label),
                labelName(run, predicted),
                predicted === label,
                [...logits].join(' '),
              ]
            }
          }
        },
      },
    }
  },
}

/** The class's name where the run has said it, else its number. */
function labelName(run: RunRecord, label: number): string {
  const labels: unknown = run.facts['labels']
  const name: unknown = Array.isArray(labels) ? labels[label] : undefined
  return typeof name === 'string' ? name : String(label)
}
