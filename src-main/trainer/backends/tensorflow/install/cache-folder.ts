import { homedir } from 'node:os'
import { join } from 'node:path'

/** Downloads that can be had again: $VIRTLAB_CACHE, else the platform's folder for caches. */
export function cacheFolder(env: NodeJS.ProcessEnv = process.env): string {
  if (env['VIRTLAB_CACHE']) return env['VIRTLAB_CACHE']
  if (process.platform === 'darwin') return join(homedir(), 'Library/Caches/Virtlab')
  if (process.platform === 'win32') {
    return join(env['LOCALAPPDATA'] ?? join(homedir(), 'AppData/Local'), 'Virtlab', 'Cache')
  }
  return join(env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'virtlab')
}
