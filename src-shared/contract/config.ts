import { z } from 'zod'
import { call, nothing, runId } from './call.ts'
import { runBrief } from './run-query.ts'

export const configCalls = {
  /** Settings of several runs side by side, facts (parameters, device, data) behind them. */
  'config.diff': call(
    z.strictObject({
      runs: z.array(runId).min(1).max(200),
      onlyDifferent: z.boolean().default(true),
    }),
    z.strictObject({
      runs: z.array(runBrief),
      rows: z.array(
        z.strictObject({
          kind: z.enum(['config', 'fact']),
          key: z.string(),
          differs: z.boolean(),
          /** As `runs`; undefined is null. Lists and objects as they are. */
          values: z.array(z.unknown()),
        }),
      ),
      /** Rows that are the same in all runs. */
      same: z.int(),
    }),
  ),
  /** JSON Schema (draft 2020-12) of a run's configuration: types, defaults, ranges, descriptions. */
  'config.schema': call(
    nothing,
    z.strictObject({
      schema: z.record(z.string(), z.unknown()),
      /** Dotted paths of all settings, in order, with what the schema says of each. */
      fields: z.array(
        z.strictObject({
          path: z.string(),
          section: z.string(),
          type: z.enum([
            'number',
            'integer',
            'string',
            'boolean',
            'choice',
            'list',
            'path',
            'object',
          ]),
          description: z.string(),
          default: z.unknown(),
          choices: z.array(z.union([z.string(), z.number()])).optional(),
          minimum: z.number().optional(),
          exclusiveMinimum: z.number().optional(),
          maximum: z.number().optional(),
          exclusiveMaximum: z.number().optional(),
          required: z.boolean(),
          /** Only with one of these values of another setting. */
          onlyIf: z.strictObject({ path: z.string(), in: z.array(z.string()) }).optional(),
        }),
      ),
    }),
  ),
}
