import { removeAbandonedImports } from '../../store/pending-imports.ts'
import { UserError } from '../../../src-shared/errors.ts'
import { removeAbandonedStaging } from '../../import/staging.ts'
import { appVersion } from '../../provenance.ts'
import type { ApiContext, Handlers } from '../context.ts'
import { assertReadable } from '../files/allowed.ts'
import { readSettings } from '../settings.ts'
import { startTransfer, type Transfer } from './transfer.ts'

/** Runs come in and go out in a process of its own, one at a time. */
export function importHandlers({
  core,
  events,
  shell,
  downloads,
}: ApiContext): Handlers<'import.runs' | 'import.cancel' | 'bundle.export'> {
  const { db } = core.store
  const { root } = core.folder
  let current: { path: string; transfer: Transfer } | undefined

  function assertIdle(): void {
    if (!current) return
    throw new UserError('another import or export is at work', {
      where: current.path,
      fix: 'Wait until it has ended, or cancel it.',
    })
  }

  async function run(
    path: string,
    request: Parameters<typeof startTransfer>[0],
  ): ReturnType<typeof outcome> {
    assertIdle()
    const transfer = startTransfer(request, (at) => events.emit('import.progress', { ...at, path }))
    current = { path, transfer }
    return outcome(transfer)
  }

  async function outcome(transfer: Transfer) {
    try {
      return await transfer.result
    } finally {
      current = undefined
      // Of one that was ended before it was done.
      removeAbandonedImports(db)
      removeAbandonedStaging(root)
    }
  }

  return {
    async 'import.runs'({ path, format, dryRun }) {
      const real = assertReadable(path, shell, readSettings(db))
      const told = await run(path, { kind: 'import', root, path: real, format, dryRun })
      if (told.kind !== 'imported') throw new Error(`an import ended as ${told.kind}`)
      const ids = told.summary.runs.flatMap(({ id, outcome }) => (outcome === 'new' ? [id] : []))
      if (!dryRun && ids.length > 0) events.emit('run.changed', { ids, what: 'created' })
      return told.summary
    },
    'import.cancel'({ path }) {
      if (current?.path === path) current.transfer.cancel()
      return {}
    },
    async 'bundle.export'({ path = null, name, ...wanted }) {
      // A page in a browser must not write wherever it likes.
      if (path !== null && shell.kind !== 'window') {
        throw new UserError('the served app writes no files', {
          where: path,
          fix: 'Leave the path away and get the file, or use `virtlab bundle export` on the machine where it runs.',
        })
      }
      assertIdle()
      const file = path === null ? downloads.prepare(safeName(name)) : undefined
      try {
        const to = file?.path ?? path ?? name
        const virtlab = appVersion()
        const told = await run(path ?? name, { kind: 'bundle', root, path: to, virtlab, ...wanted })
        if (told.kind !== 'exported') throw new Error(`an export ended as ${told.kind}`)
        const download = file ? `/download/${file.token}` : null
        return { path, download, runs: told.runs, bytes: told.bytes }
      } catch (error) {
        if (file) downloads.remove(file.token)
        throw error
      }
    },
  }
}

/** Without what file systems take amiss. */
const safeName = (name: string): string => name.replaceAll(/[^\p{L}\p{N}._ -]+/gu, '-')
