import { describe, expect, it } from 'vitest'
import { readSource } from '../../src-main/trainer/data/read-source.ts'
import { sharedData, sharedDataMissing } from '../support/shared-data.ts'

/** File, layout, rows and labels, as the SOURCE.md beside each file states them. */
const files: [path: string, preset: string, rows: number, labels: Record<string, number>][] = [
  ['en/rte/glue/train.tsv', 'rte', 2490, { entailment: 1249, not_entailment: 1241 }],
  ['en/rte/glue/dev.tsv', 'rte', 277, { entailment: 146, not_entailment: 131 }],
  ['en/rte/superglue/val.jsonl', 'superglue', 277, { entailment: 146, not_entailment: 131 }],
  ['en/rte/superglue/fewglue_train32.jsonl', 'superglue', 32, {}],
  ['en/rte/superglue/fewglue_dev32.jsonl', 'superglue', 32, {}],
  // 3,577 and 501 and 1,726 lines with the header: train + val is the official 2753/1323.
  ['en/mrpc/msr-para-train.tsv', 'mrpc', 3576, { 0: 1323 - 154, 1: 2753 - 346 }],
  ['en/mrpc/msr-para-val.tsv', 'mrpc', 500, { 0: 154, 1: 346 }],
  ['en/mrpc/msr-para-test.tsv', 'mrpc', 1725, { 0: 578, 1: 1147 }],
  ['en/qqp/train_sample.csv', 'qqp', 1000, { 0: 626, 1: 374 }],
  [
    'en/snli/dev.jsonl',
    'superglue',
    9842,
    { entailment: 3329, contradiction: 3278, neutral: 3235 },
  ],
  ['en/snli/textfooler_snli_1000.tsv', 'label_first', 1000, {}],
  [
    'en/mnli/dev_matched.jsonl',
    'superglue',
    9815,
    { entailment: 3479, contradiction: 3213, neutral: 3123 },
  ],
  ['en/mnli/textfooler_mnli_matched_1000.tsv', 'label_first', 1000, {}],
  ['en/mnli/textfooler_mnli_mismatched_1000.tsv', 'label_first', 1000, {}],
  ['en/boolq/val.jsonl', 'boolq', 3270, { true: 2033, false: 1237 }],
  ['en/boolq/fewglue_train32.jsonl', 'boolq', 32, { true: 18, false: 14 }],
  ['en/boolq/fewglue_dev32.jsonl', 'boolq', 32, { true: 19, false: 13 }],
  ['zh/afqmc/dev.json', 'clue', 4316, { 0: 2978, 1: 1338 }],
]

describe.skipIf(sharedDataMissing)('published files, as they are', () => {
  it.each(files)('%s is read as %s: %i rows', async (path, preset, rows, labels) => {
    const { report } = await readSource({ path: sharedData(path), format: 'auto' })
    expect(report.layout).toContain(`preset ${preset}`)
    expect(report).toMatchObject({ rowsRead: rows, rowsKept: rows, skipped: [], notes: [] })
    expect(report.labelCounts).toMatchObject(labels)
  })

  it('GLUE’s unlabelled test set is read and every row accounted for', async () => {
    const { rows, report } = await readSource({
      path: sharedData('en/rte/glue/test.tsv'),
      format: 'auto',
    })
    expect(rows).toEqual([])
    expect(report.rowsRead).toBe(3000)
    expect(report.skipped).toEqual([
      {
        reason: 'no label (the file has no label column)',
        count: 3000,
        firstLines: [2, 3, 4, 5, 6],
      },
    ])
  })

  it('a quoting reader would lose 98 lines of MRPC; the fault is refused, not swallowed', async () => {
    const path = sharedData('en/mrpc/msr-para-train.tsv')
    await expect(readSource({ path, format: 'csv' })).rejects.toThrow(/quote/)
  })

  it('keeps quotes, non-ASCII text and ids', async () => {
    const read = (path: string) => readSource({ path: sharedData(path), format: 'auto' })
    const mrpc = await read('en/mrpc/msr-para-train.tsv')
    expect(mrpc.rows[0]).toMatchObject({
      id: 'msr-para-train.tsv:2',
      line: 2,
      x: 'Amrozi accused his brother, whom he called "the witness", of deliberately distorting his evidence.',
    })
    expect(mrpc.rows.filter(({ x, y }) => x.startsWith('"') || y.startsWith('"'))).toHaveLength(451)
    const qqp = await read('en/qqp/train_sample.csv')
    expect(qqp.rows[0]).toMatchObject({ id: '712', label: '0' })
    const afqmc = await read('zh/afqmc/dev.json')
    expect(afqmc.rows[0]).toMatchObject({ x: '双十一花呗提额在哪', label: '0', id: '0' })
  })
})
