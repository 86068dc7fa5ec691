import { z } from 'zod'
import { flatten } from '../../src-shared/config/flatten.ts'
import { runConfig } from '../../src-shared/config/run.ts'
import { settingsOf } from '../../src-shared/run-record.ts'
import type { ApiContext, Handlers } from './context.ts'
import { formFields } from './form-fields.ts'
import { createBriefs } from './runs/brief.ts'

/** Facts that tell runs apart; the data's reports are for the data page. */
const comparedFacts = ['parameters', 'backend', 'device', 'encoder', 'vocabulary', 'labels']

export function configHandlers({ core }: ApiContext): Handlers<'config.diff' | 'config.schema'> {
  const { db, runs } = core.store
  const briefs = createBriefs(db)
  return {
    'config.diff'({ runs: ids, onlyDifferent }) {
      const records = ids.map((id) => runs.get(id))
      const known = briefs(records.map(({ key }) => key))
      const settings = compare(
        'config',
        records.map((run) => new Map(flatten(settingsOf(run)))),
      )
      const facts = compare(
        'fact',
        records.map(
          (run) =>
            new Map(
              flatten(
                Object.fromEntries(
                  comparedFacts
                    .map((name) => [name, run.facts[name]])
                    .filter(([, value]) => value !== undefined),
                ) as object,
              ),
            ),
        ),
      )
      const rows = [...settings, ...facts]
      const different = rows.filter(({ differs }) => differs)
      return {
        runs: records.flatMap(({ key }) => known.get(key) ?? []),
        rows: onlyDifferent ? different : rows,
        same: rows.length - different.length,
      }
    },
    'config.schema': () => ({
      schema: z.toJSONSchema(runConfig, { io: 'input' }),
      fields: formFields(),
    }),
  }
}

function compare(kind: 'config' | 'fact', columns: Map<string, unknown>[]) {
  const keys = [...new Set(columns.flatMap((column) => [...column.keys()]))]
  return keys.map((key) => {
    const values = columns.map((column) => column.get(key) ?? null)
    const differs = new Set(values.map((value) => JSON.stringify(value))).size > 1
    return { kind, key, differs, values }
  })
}
