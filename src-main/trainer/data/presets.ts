import type { DataPreset } from '../../../src-shared/config/data.ts'

/** A published column layout: the names each column goes by, best first. */
export interface PresetLayout {
  /** For --help and docs. */
  summary: string
  x: readonly string[]
  y: readonly string[]
  label: readonly string[]
  id: readonly string[]
  /** Columns of which one must be there for the layout to be told from a header; empty: x and y do. */
  marks: readonly string[]
  /** Trailing cells may be missing (individual annotators' labels). */
  ragged: boolean
}

/**
 * Every layout known by name. To tell a file's layout, they are tried in this order; label_first, which
 * has no names to go by, comes last.
 */
export const presetLayouts: Record<Exclude<DataPreset, 'label_first'>, PresetLayout> = {
  mnli: {
    summary: 'MultiNLI, GLUE or original: sentence1, sentence2, gold_label',
    x: ['sentence1', 'premise'],
    y: ['sentence2', 'hypothesis'],
    label: ['gold_label', 'label'],
    id: ['pairID', 'index'],
    marks: ['promptID'],
    ragged: true,
  },
  snli: {
    summary: 'SNLI, original: sentence1, sentence2, gold_label',
    x: ['sentence1', 'premise'],
    y: ['sentence2', 'hypothesis'],
    label: ['gold_label', 'label'],
    id: ['pairID', 'index'],
    marks: ['captionID'],
    ragged: true,
  },
  rte: {
    summary: 'RTE, GLUE: index, sentence1, sentence2, label',
    x: ['sentence1'],
    y: ['sentence2'],
    label: ['label'],
    id: ['index'],
    marks: ['index'],
    ragged: false,
  },
  qqp: {
    summary: 'Quora question pairs, Quora or GLUE: question1, question2, is_duplicate',
    x: ['question1'],
    y: ['question2'],
    label: ['is_duplicate', 'label'],
    id: ['id', 'idx'],
    marks: [],
    ragged: false,
  },
  mrpc: {
    summary: 'MRPC, Microsoft or GLUE: #1 String, #2 String, Quality',
    x: ['#1 String'],
    y: ['#2 String'],
    label: ['Quality'],
    id: ['index'],
    marks: [],
    ragged: false,
  },
  boolq: {
    summary: 'BoolQ, SuperGLUE or original: question, passage, label or answer',
    x: ['question'],
    y: ['passage'],
    label: ['label', 'answer'],
    id: ['idx'],
    marks: [],
    ragged: false,
  },
  superglue: {
    summary: 'SuperGLUE RTE and CB, and NLI in JSON Lines: premise, hypothesis, label',
    x: ['premise'],
    y: ['hypothesis'],
    label: ['label', 'gold_label'],
    id: ['idx'],
    marks: [],
    ragged: false,
  },
  clue: {
    summary: 'CLUE (AFQMC, CMNLI, OCNLI): sentence1, sentence2, label',
    x: ['sentence1'],
    y: ['sentence2'],
    label: ['label', 'gold_label'],
    id: ['idx', 'id'],
    marks: [],
    ragged: false,
  },
}

export const labelFirstSummary = 'three columns without a header: label, X, Y (TextFooler)'
