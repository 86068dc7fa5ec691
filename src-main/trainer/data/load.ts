import { join } from 'node:path'
import type { DataConfig } from '../../../src-shared/config/data.ts'
import { UserError } from '../../../src-shared/errors.ts'
import type { PairDataset, PairExample } from './dataset.ts'
import { demoSources } from './demo/sources.ts'
import { compareLabels, readSource, type SourceRow, type SourceRows } from './read-source.ts'
import { describeSkipped } from './report.ts'
import { splitRows } from './split.ts'

const partNames = ['train', 'dev', 'test'] as const
type PartName = (typeof partNames)[number]

/**
 * Reads a run's pairs.
 * @param datasetsDir where generated datasets are kept
 * @throws UserError for anything in the files or the settings that the user has to mend.
 */
export async function loadDataset(config: DataConfig, datasetsDir: string): Promise<PairDataset> {
  if (config.dataset === 'files') return loadFiles(config)
  const demo = demoSources(config, join(datasetsDir, 'demo'))
  return loadFiles(demo.config, demo.vocabPath)
}

/**
 * Reads the files that `config` names. Parts that have no file are cut from train by `config.split`;
 * labels are the same classes, in the same order, in every part.
 * @param vocabPath the dataset's own vocabulary
 */
export async function loadFiles(config: DataConfig, vocabPath?: string): Promise<PairDataset> {
  const train = await readPart(config, 'train')
  if (!train) {
    throw new UserError('there is no training file', {
      where: 'data.train',
      fix: 'name one, e.g. data: { train: { path: train.tsv } }, or set data.dataset to demo',
    })
  }
  const files = { train, dev: await readPart(config, 'dev'), test: await readPart(config, 'test') }
  const labels = labelsOf(config, train)
  const wanted = { dev: !files.dev, test: !files.test && config.split.testFraction > 0 }
  const split = wanted.dev || wanted.test ? splitRows(train.rows, config.split, wanted) : undefined

  const reports = []
  const parts: Record<PartName, PairExample[]> = { train: [], dev: [], test: [] }
  for (const name of partNames) {
    const file = files[name]
    if (!file) {
      parts[name] = toExamples(split?.parts[name] ?? [], labels, train.report.path)
      continue
    }
    const rows = name === 'train' && split ? split.parts.train : file.rows
    parts[name] = toExamples(rows, labels, file.report.path)
    if (name !== 'train') file.report.notes?.push(...overlap(file.rows, train.rows))
    reports.push(file.report)
  }
  return {
    labels,
    ...parts,
    reports,
    ...(split ? { split: split.report } : {}),
    vocabPath,
  }
}

async function readPart(config: DataConfig, name: PartName): Promise<SourceRows | undefined> {
  const source = config[name]
  if (!source) return undefined
  const part = await readSource(source)
  if (part.rows.length > 0) return part
  const { rowsRead, skipped } = part.report
  throw new UserError(
    rowsRead === 0
      ? 'the file has no rows'
      : `no row can be used of ${rowsRead}: ${describeSkipped(skipped).join('; ')}`,
    {
      where: source.path,
      fix:
        name === 'train'
          ? 'check preset, columns and format with `virtlab data FILE`'
          : `give a labelled file, or leave out data.${name} (GLUE’s test sets come without labels)`,
    },
  )
}

function labelsOf(config: DataConfig, train: SourceRows): string[] {
  const labels = config.labels ?? Object.keys(train.report.labelCounts).sort(compareLabels)
  const repeated = labels.find((label, i) => labels.indexOf(label) !== i)
  if (repeated !== undefined) {
    throw new UserError(`the label "${repeated}" is listed twice`, {
      where: 'data.labels',
      fix: 'list every label once, in class order',
    })
  }
  if (labels.length < 2) {
    throw new UserError(`all ${train.rows.length} rows have the label "${labels[0]}"`, {
      where: `${train.report.path} (label)`,
      fix: 'at least two classes are needed; check the column mapping, or raise `limit`',
    })
  }
  return labels
}

function toExamples(
  rows: readonly SourceRow[],
  labels: readonly string[],
  path: string,
): PairExample[] {
  const classes = new Map(labels.map((label, index) => [label, index]))
  return rows.map(({ id, x, y, label, line, query }) => {
    const index = classes.get(label)
    if (index !== undefined) {
      return { id, x, y, label: index, ...(query === undefined ? {} : { query }) }
    }
    throw new UserError(
      `the label "${label}" is none of ${labels.map((l) => `"${l}"`).join(', ')}`,
      {
        where: `${path}:${line} (label)`,
        fix: 'mend the row, or list every label in data.labels (default: those found in train)',
      },
    )
  })
}

/** What a part shares with train: a result on pairs seen in training says little. */
function overlap(part: readonly SourceRow[], train: readonly SourceRow[]): string[] {
  const key = ({ x, y }: SourceRow): string => `${x.trim()}\t${y.trim()}`
  const seen = new Set(train.map(key))
  const count = part.filter((row) => seen.has(key(row))).length
  return count === 0 ? [] : [`${count} of ${part.length} pairs are in the training file too`]
}
