import { existsSync } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { homedir, hostname } from 'node:os'
import { dirname, extname, join } from 'node:path'
import { UserError } from '../../../src-shared/errors.ts'
import { appVersion } from '../../provenance.ts'
import type { ApiContext, Handlers } from '../context.ts'
import { readSettings } from '../settings.ts'
import { assertReadable, rootsOf } from './allowed.ts'

const maxEntries = 2000
const bertFiles = ['config.json', 'model.safetensors', 'vocab.txt']

export function fileHandlers({
  core,
  shell,
}: ApiContext): Handlers<'fs.pick' | 'fs.list' | 'fs.reveal' | 'app.info'> {
  const { db } = core.store
  const version = appVersion()
  const countRuns = db
    .prepare<[], number>('SELECT count(*) FROM runs WHERE deleted_at IS NULL')
    .pluck()
  return {
    async 'fs.pick'(request) {
      if (!shell.pick) return { supported: false, path: null }
      return { supported: true, path: await shell.pick(request) }
    },
    async 'fs.list'({ path = homedir(), extensions, hidden }) {
      const settings = readSettings(db)
      const roots = rootsOf(settings)
      const folder = assertReadable(path, shell, settings)
      const found = await readdir(folder, { withFileTypes: true }).catch((error: unknown) => {
        throw explain(error, folder)
      })
      const wanted = new Set(extensions.map((name) => `.${name.replace(/^\./, '').toLowerCase()}`))
      const entries = await Promise.all(
        found
          .filter(({ name }) => hidden || !name.startsWith('.'))
          .map(async ({ name }) => {
            const at = join(folder, name)
            // Follows links; what cannot be looked at is left out.
            const info = await stat(at).catch(() => undefined)
            if (!info || (!info.isFile() && !info.isDirectory())) return []
            const isFolder = info.isDirectory()
            if (!isFolder && wanted.size > 0 && !wanted.has(extname(name).toLowerCase())) return []
            return [
              {
                name,
                path: at,
                kind: isFolder ? ('folder' as const) : ('file' as const),
                bytes: isFolder ? null : info.size,
                modifiedAt: info.mtimeMs,
                bert: isFolder && bertFiles.every((file) => existsSync(join(at, file))),
              },
            ]
          }),
      )
      const sorted = entries
        .flat()
        .sort(
          (a, b) =>
            Number(a.kind === 'file') - Number(b.kind === 'file') || a.name.localeCompare(b.name),
        )
      return {
        path: folder,
        parent: parentOf(folder),
        roots,
        entries: sorted.slice(0, maxEntries),
        truncated: sorted.length > maxEntries,
      }

      function parentOf(child: string): string | null {
        const parent = dirname(child)
        if (parent === child) return null
        try {
          return assertReadable(parent, shell, settings)
        } catch {
          return null
        }
      }
    },
    'fs.reveal'({ path }) {
      shell.reveal?.(path)
      return { supported: shell.reveal !== undefined }
    },
    'app.info': () => ({
      version,
      shell: shell.kind,
      platform: process.platform,
      host: hostname(),
      dataFolder: core.folder.root,
      nodeVersion: process.version,
      runs: countRuns.get() ?? 0,
    }),
  }
}

function explain(error: unknown, folder: string): unknown {
  const code = (error as NodeJS.ErrnoException).code
  if (code === 'ENOENT') return new UserError('there is no such folder', { where: folder })
  if (code === 'ENOTDIR') return new UserError('this is a file, not a folder', { where: folder })
  if (code === 'EACCES' || code === 'EPERM') {
    return new UserError('you have no right to look into this folder', { where: folder })
  }
  return error
}
