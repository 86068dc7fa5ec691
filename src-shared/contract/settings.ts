import { z } from 'zod'
import { backendChoice } from '../config/run.ts'
import { call, done, nothing, path } from './call.ts'

/** What a user has set; kept in the database, so that it goes with the data folder. */
export const settings = z.strictObject({
  theme: z.enum(['system', 'light', 'dark']).default('system'),
  language: z.enum(['system', 'en', 'zh']).default('system'),
  /** For new runs. */
  backend: backendChoice.default('auto'),
  /** How many runs are trained at once, never two on one GPU. */
  trainers: z.int().min(1).max(64).default(1),
  /** Folders beside the home folder that the served app may look into. */
  folders: z.array(path).max(50).default([]),
  notifications: z.boolean().default(true),
  /** What closing the window does while training. */
  onQuit: z.enum(['ask', 'background', 'stop']).default('ask'),
})

/** A page's filters, columns, sorting and grouping under a name. */
export const savedView = z.strictObject({
  id: z.string(),
  page: z.enum(['runs', 'compare', 'run', 'attention']),
  name: z.string().min(1).max(100),
  /** The page's own. */
  state: z.record(z.string(), z.unknown()),
  updatedAt: z.number(),
})

export const settingsCalls = {
  'settings.get': call(nothing, settings),
  /** What is not named stays. */
  'settings.set': call(
    z.strictObject({
      theme: settings.shape.theme.unwrap().optional(),
      language: settings.shape.language.unwrap().optional(),
      backend: settings.shape.backend.unwrap().optional(),
      trainers: settings.shape.trainers.unwrap().optional(),
      folders: settings.shape.folders.unwrap().optional(),
      notifications: z.boolean().optional(),
      onQuit: settings.shape.onQuit.unwrap().optional(),
    }),
    settings,
  ),
  'views.list': call(
    z.strictObject({ page: savedView.shape.page.optional() }),
    z.strictObject({ views: z.array(savedView) }),
  ),
  /** Without an id a new view. */
  'views.save': call(
    savedView.omit({ id: true, updatedAt: true }).extend({ id: z.string().optional() }),
    savedView,
  ),
  'views.delete': call(z.strictObject({ id: z.string() }), done),
}

export type Settings = z.infer<typeof settings>
export type SavedView = z.infer<typeof savedView>
