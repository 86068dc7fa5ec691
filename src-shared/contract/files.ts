import { z } from 'zod'
import { call, nothing, path } from './call.ts'

const fileFilter = z.strictObject({ name: z.string(), extensions: z.array(z.string()) })

export const fileCalls = {
  /**
   * A native dialog, in the window. Served, `supported` is false: browse with `fs.list` instead.
   * `path` is null where the user closed the dialog.
   */
  'fs.pick': call(
    z.strictObject({
      kind: z.enum(['file', 'folder', 'save']),
      title: z.string().optional(),
      startIn: path.optional(),
      suggestedName: z.string().optional(),
      filters: z.array(fileFilter).default([]),
    }),
    z.strictObject({ supported: z.boolean(), path: z.string().nullable() }),
  ),
  /** A folder's content; only inside the home folder and the folders that the settings allow. */
  'fs.list': call(
    z.strictObject({
      path: path.optional().describe('Default: the home folder'),
      /** Show only these endings (and folders), e.g. tsv. */
      extensions: z.array(z.string()).default([]),
      hidden: z.boolean().default(false),
    }),
    z.strictObject({
      path: z.string(),
      parent: z.string().nullable(),
      roots: z.array(z.strictObject({ name: z.string(), path: z.string() })),
      entries: z.array(
        z.strictObject({
          name: z.string(),
          path: z.string(),
          kind: z.enum(['folder', 'file']),
          bytes: z.number().nullable(),
          modifiedAt: z.number().nullable(),
          /** A folder that holds config.json, model.safetensors and vocab.txt. */
          bert: z.boolean(),
        }),
      ),
      truncated: z.boolean(),
    }),
  ),
  /** Shows a run's or the data folder in the system's file manager; the window only. */
  'fs.reveal': call(z.strictObject({ path }), z.strictObject({ supported: z.boolean() })),
  'app.info': call(
    nothing,
    z.strictObject({
      version: z.string(),
      shell: z.enum(['window', 'served']),
      platform: z.string(),
      host: z.string(),
      dataFolder: z.string(),
      nodeVersion: z.string(),
      /** Runs in the store, deleted ones aside: 0 is a first launch. */
      runs: z.int(),
    }),
  ),
}
