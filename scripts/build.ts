// npm run build: the renderer and all bundles, into dist/. With --if-needed only what is missing or older
// than its sources, saying which; `npm start` calls it so.
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

interface Part {
  name: string
  /** A file that the build writes. */
  output: string
  sources: string[]
  build(): Promise<unknown>
}

/** The builders are loaded only when something is built: a start that needs none is quick. */
export const parts: readonly Part[] = [
  {
    name: 'renderer',
    output: 'dist/renderer/index.html',
    sources: ['src-renderer', 'src-shared', 'vite.config.ts', 'package-lock.json'],
    build: async () =>
      (await import('vite')).build({ configFile: join(root, 'vite.config.ts'), logLevel: 'warn' }),
  },
  {
    name: 'main process, preload, command line and trainer',
    output: 'dist/main/preload.cjs',
    sources: ['src-main', 'src-shared', 'migrations', 'scripts/build-main.ts', 'package-lock.json'],
    build: async () => (await import('./build-main.ts')).buildMain(),
  },
]

/** Why a part has to be built, or undefined. */
export function staleness(
  part: Pick<Part, 'output' | 'sources'>,
  folder = root,
): string | undefined {
  const output = join(folder, part.output)
  if (!existsSync(output)) return 'not built yet'
  const built = statSync(output).mtimeMs
  const newer = part.sources.find((source) => newestIn(join(folder, source)) > built)
  return newer && `${newer} is newer`
}

/** Modification time of the newest file; of a folder too, so that a removed file counts. */
function newestIn(path: string): number {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (!stat) return 0
  if (!stat.isDirectory()) return stat.mtimeMs
  return readdirSync(path).reduce(
    (newest, name) => Math.max(newest, newestIn(join(path, name))),
    stat.mtimeMs,
  )
}

export async function buildParts(options: { onlyIfNeeded: boolean }): Promise<void> {
  for (const part of parts) {
    const reason = staleness(part)
    if (options.onlyIfNeeded && !reason) continue
    const because = reason ? ` (${reason})` : ''
    console.log(`build: ${part.name}${because} …`)
    const start = performance.now()
    await part.build()
    console.log(`build: ${part.name}: ${((performance.now() - start) / 1000).toFixed(1)} s`)
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await buildParts({ onlyIfNeeded: process.argv.includes('--if-needed') })
}
