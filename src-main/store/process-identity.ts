import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/**
 * When the process with this pid started, as an opaque text; undefined when there is no such process.
 * Pids are used again, so a pid alone does not tell whether it is still the same process.
 */
export function processStarted(pid: number): string | undefined {
  try {
    if (process.platform === 'linux') return linux(pid)
    if (process.platform === 'win32') {
      const command = `(Get-Process -Id ${pid}).StartTime.ToFileTimeUtc()`
      return run('powershell', ['-NoProfile', '-Command', command])
    }
    return run('ps', ['-o', 'lstart=', '-p', String(pid)])
  } catch {
    return undefined
  }
}

/** Boot and clock ticks since then: field 22 of /proc/PID/stat, counted behind the name's last `)`. */
function linux(pid: number): string | undefined {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  // A zombie has ended; only its parent has not looked yet.
  if (fields[0] === 'Z') return undefined
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  return `${boot}/${fields[19]}`
}

const run = (command: string, args: string[]): string | undefined =>
  execFileSync(command, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim() ||
  undefined
