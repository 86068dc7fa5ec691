import type { Database } from 'better-sqlite3'
import {
  settings as settingsSchema,
  type SavedView,
  type Settings,
} from '../../src-shared/contract/settings.ts'
import { newId } from '../store/new-id.ts'
import type { ApiContext, Handlers } from './context.ts'

/** What is stored; a value that a newer or older Virtlab wrote and this one cannot read is the default. */
export function readSettings(db: Database): Settings {
  const rows = db
    .prepare<[], { key: string; value: string }>('SELECT key, value FROM settings')
    .all()
  const known = rows.flatMap(({ key, value }) => {
    if (!Object.hasOwn(settingsSchema.shape, key)) return []
    const name = key as keyof Settings
    const parsed = settingsSchema.shape[name].safeParse(JSON.parse(value))
    return parsed.success ? [[name, parsed.data] as const] : []
  })
  return settingsSchema.parse(Object.fromEntries(known))
}

type ViewRow = Omit<SavedView, 'state' | 'updatedAt'> & { state: string; updated_at: number }

export function settingsHandlers({
  core,
  events,
}: ApiContext): Handlers<
  'settings.get' | 'settings.set' | 'views.list' | 'views.save' | 'views.delete'
> {
  const { db } = core.store
  const put = db.prepare(
    'INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value',
  )
  const views = db.prepare<[string | null], ViewRow>(
    'SELECT * FROM saved_views WHERE page = coalesce(?, page) ORDER BY name COLLATE NOCASE',
  )
  const saveView = db.prepare(`
    INSERT INTO saved_views (id, page, name, state, updated_at) VALUES (:id, :page, :name, :state, :now)
    ON CONFLICT DO UPDATE SET
      name = excluded.name, state = excluded.state, updated_at = excluded.updated_at`)
  const deleteView = db.prepare('DELETE FROM saved_views WHERE id = ?')

  return {
    'settings.get': () => readSettings(db),
    'settings.set'(changes) {
      db.transaction(() => {
        for (const [key, value] of Object.entries(changes)) {
          if (value !== undefined) put.run(key, JSON.stringify(value))
        }
      })()
      const now = readSettings(db)
      core.queue.setParallel(now.trainers)
      events.emit('settings.changed', now)
      return now
    },
    'views.list': ({ page }) => ({
      views: views.all(page ?? null).map(({ updated_at: updatedAt, state, ...view }) => ({
        ...view,
        state: JSON.parse(state) as Record<string, unknown>,
        updatedAt,
      })),
    }),
    'views.save'({ id = newId(), page, name, state }) {
      const now = Date.now()
      saveView.run({ id, page, name, state: JSON.stringify(state), now })
      events.emit('views.changed', {})
      return { id, page, name, state, updatedAt: now }
    },
    'views.delete'({ id }) {
      deleteView.run(id)
      events.emit('views.changed', {})
      return {}
    },
  }
}
