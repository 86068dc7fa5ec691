import type { RunLabelling } from '../../../src-shared/contract/runs.ts'
import type { ApiContext, Handlers } from '../context.ts'

/** Names, notes and tags: what a user says of a run. */
export function runLabelHandlers({ core, events }: ApiContext): Handlers<'runs.update'> {
  const { db, runs } = core.store
  const setName = db.prepare('UPDATE runs SET name = ? WHERE key = ?')
  const setNotes = db.prepare('UPDATE runs SET notes = ? WHERE key = ?')
  const notesOf = db.prepare<[number], string>('SELECT notes FROM runs WHERE key = ?').pluck()
  const tagsOf = db.prepare<[number], string>('SELECT tag FROM run_tags WHERE run = ?').pluck()
  const clearTags = db.prepare('DELETE FROM run_tags WHERE run = ?')
  const addTag = db.prepare('INSERT OR IGNORE INTO run_tags (run, tag) VALUES (?, ?)')

  /** Returns what it was before. */
  const change = ({ id, name, notes, tags }: RunLabelling): RunLabelling => {
    const run = runs.get(id)
    const before: RunLabelling = { id }
    if (name !== undefined) {
      before.name = run.name
      setName.run(name.trim() || run.name, run.key)
    }
    if (notes !== undefined) {
      before.notes = notesOf.get(run.key) ?? ''
      setNotes.run(notes, run.key)
    }
    if (tags !== undefined) {
      before.tags = tagsOf.all(run.key)
      clearTags.run(run.key)
      for (const tag of tags) addTag.run(run.key, tag.trim())
    }
    return before
  }
  const changeAll = db.transaction((changes: RunLabelling[]) => changes.map(change))

  return {
    'runs.update'({ changes }) {
      const before = changeAll.immediate(changes)
      events.emit('run.changed', { ids: changes.map(({ id }) => id), what: 'labels' })
      return { before: before.reverse() }
    },
  }
}
