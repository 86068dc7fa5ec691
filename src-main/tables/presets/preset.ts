import type { TableRecipeInput } from '../../../src-shared/tables/recipe.ts'

/** A table of the paper, for the suite that the preset of the same name makes. */
export interface TablePreset {
  id: string
  title: string
  summary: string
  /** Everything but the runs; `metric` is what is compared: test/accuracy, dev/f1 … */
  recipe(metric: string): Omit<TableRecipeInput, 'runs'>
}

/** How papers write the models. */
export const modelLabels: Record<string, string> = {
  cross_encoder: 'Cross-encoder',
  bi_encoder: 'Siamese',
  sbert: 'Sentence-BERT',
  deformer: 'DeFormer',
  dipair: 'DiPair',
  poly_encoder: 'Poly-encoder',
  colbert: 'ColBERT',
  virt_encoder: 'VIRT-Encoder',
}

/** `test/accuracy` → `test/f1` */
export const sibling = (metric: string, name: string): string => metric.replace(/[^/]+$/, name)
