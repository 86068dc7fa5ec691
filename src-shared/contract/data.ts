import { z } from 'zod'
import { dataPresets, dataSource } from '../config/data.ts'
import { runConfig } from '../config/run.ts'
import { call, path } from './call.ts'

export const lengthSummary = z.strictObject({
  mean: z.number(),
  median: z.number(),
  p95: z.number(),
  max: z.number(),
  /** Texts of at most `upTo` tokens and more than the bin before; the last bin is open (null). */
  histogram: z.array(z.strictObject({ upTo: z.number().nullable(), count: z.int() })),
  truncated: z.strictObject({ count: z.int(), tokens: z.int() }),
})

const cellText = z.string()

export const dataCalls = {
  /** Reads a data file, or a part of the demo dataset, as a run would and tells what is in it. */
  'data.inspect': call(
    z.strictObject({
      source: z.union([dataSource, z.strictObject({ demo: z.enum(['train', 'dev', 'test']) })]),
      /** A vocab.txt, or a BERT folder: lengths are then in tokens, else in words (the demo brings its own). */
      vocab: path.optional(),
      pretrained: path.optional(),
      lowercase: z.boolean().optional(),
      xMaxLength: z.int().min(3).max(512).default(130),
      yMaxLength: z.int().min(3).max(512).default(130),
      rows: z.int().min(0).max(200).default(10),
    }),
    z.strictObject({
      format: z.enum(['tsv', 'csv', 'jsonl', 'parquet', 'generated']),
      /** The file as it is, to choose columns from: first rows, before any mapping. */
      raw: z.strictObject({
        columns: z.array(z.string()),
        /** The columns' names are in the file; else they are positions. */
        header: z.boolean(),
        rows: z.array(z.array(cellText)),
      }),
      presets: z.array(z.enum(dataPresets)),
      /** Undefined where the columns cannot be told or do not fit: `problem` says why. */
      mapped: z
        .strictObject({
          layout: z.string(),
          rowsRead: z.int(),
          rowsKept: z.int(),
          skipped: z.array(
            z.strictObject({ reason: z.string(), count: z.int(), firstLines: z.array(z.int()) }),
          ),
          notes: z.array(z.string()),
          labelCounts: z.record(z.string(), z.int()),
          firstRows: z.array(
            z.strictObject({
              line: z.int(),
              id: z.string(),
              x: z.string(),
              y: z.string(),
              label: z.string(),
            }),
          ),
          distinct: z.strictObject({ x: z.int(), y: z.int() }),
          unit: z.enum(['tokens', 'words']),
          lengths: z.strictObject({ x: lengthSummary, y: lengthSummary, joint: lengthSummary }),
        })
        .nullable(),
      problem: z
        .strictObject({
          message: z.string(),
          where: z.string().nullable(),
          fix: z.string().nullable(),
        })
        .nullable(),
    }),
  ),
  /** A Hugging Face BERT folder, before it is trained from. */
  'model.inspect': call(
    z.strictObject({ path }),
    z.strictObject({
      ok: z.boolean(),
      layers: z.int().nullable(),
      hiddenSize: z.int().nullable(),
      heads: z.int().nullable(),
      maxPositions: z.int().nullable(),
      vocabSize: z.int().nullable(),
      parameters: z.number().nullable(),
      weightBytes: z.number().nullable(),
      lowercase: z.boolean().nullable(),
      problem: z.strictObject({ message: z.string(), fix: z.string().nullable() }).nullable(),
    }),
  ),
  /** What training would take, before it is started. `basis` says how far to trust it. */
  estimate: call(
    z.strictObject({
      config: runConfig,
      /** Where known from an inspection; else they are read or assumed. */
      trainPairs: z.int().min(0).optional(),
      teacher: runConfig.optional(),
    }),
    z.strictObject({
      parameters: z.number(),
      steps: z.int().nullable(),
      memory: z.strictObject({
        totalBytes: z.number(),
        parts: z.array(z.strictObject({ name: z.string(), bytes: z.number() })),
        /** What the machine has; null where unknown. */
        availableBytes: z.number().nullable(),
      }),
      time: z.strictObject({
        seconds: z.number().nullable(),
        secondsPerStep: z.number().nullable(),
        /** `run`: measured by a like run here; `scaled`: from another run by arithmetic; `none`. */
        basis: z.enum(['run', 'scaled', 'none']),
        basisRun: z.string().nullable(),
      }),
    }),
  ),
}

export type LengthSummary = z.infer<typeof lengthSummary>
