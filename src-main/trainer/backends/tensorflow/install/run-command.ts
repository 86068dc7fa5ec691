import { spawn } from 'node:child_process'

export interface CommandOptions {
  cwd?: string
  env?: NodeJS.ProcessEnv
  timeoutMs?: number
  /** Called with every line of stdout as it comes. */
  onLine?: (line: string) => void
}

/** A command that is not there, or did not end well. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  /** The program could not be found or started. */
  readonly missing: boolean
  readonly output: string

  constructor(message: string, missing: boolean, output: string) {
    super(message)
    this.missing = missing
    this.output = output
  }

  /** The last lines of what it printed, where the reason usually stands. */
  tail(lines = 8): string {
    return this.output.trimEnd().split('\n').slice(-lines).join('\n')
  }
}

/** Runs a program to its end and returns its stdout. @throws CommandError */
export function runCommand(
  program: string,
  args: string[],
  { cwd, env, timeoutMs, onLine }: CommandOptions = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd,
      env: env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(timeoutMs === undefined ? {} : { timeout: timeoutMs, killSignal: 'SIGKILL' as const }),
    })
    let stdout = ''
    let all = ''
    let rest = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
      all += text
      if (!onLine) return
      const lines = (rest + text).split(/\r?\n|\r/)
      rest = lines.pop() ?? ''
      lines.forEach(onLine)
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => (all += text))
    child.on('error', (error) => {
      reject(new CommandError(`${program} cannot be started: ${error.message}`, true, ''))
    })
    child.on('close', (code, signal) => {
      if (code === 0) resolve(stdout)
      else {
        const how = signal ? `was ended by ${signal}` : `ended with code ${code}`
        reject(new CommandError(`${program} ${how}`, false, all))
      }
    })
  })
}
