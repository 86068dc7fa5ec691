import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { hostname, userInfo } from 'node:os'
import { join } from 'node:path'
import { InvalidArgumentError, type Command } from 'commander'
import { createApi } from '../../api/index.ts'
import { layout } from '../../layout.ts'
import { serveApp } from '../../server/server.ts'
import { withCore } from '../context.ts'

interface ServeOptions {
  port: number
  open?: boolean
}

const defaultPort = 7710

/** `virtlab serve` */
export function addServe(program: Command): void {
  program
    .command('serve')
    .description('The app in a browser: on this machine, or on a server through an SSH tunnel.')
    .option('--port <n>', 'on 127.0.0.1; 0: any that is free', parsePort, defaultPort)
    .option('--open', 'open it in the default browser')
    .action(async ({ port, open }: ServeOptions, command: Command) => {
      await withCore(command, async (core) => {
        const api = createApi(core, { kind: 'served' })
        const app = await serveApp({ api, renderer: layout.renderer, port })
        const ended = untilInterrupted((how) => api.shutDown(how))
        if (!existsSync(join(layout.renderer, 'index.html'))) {
          console.error(
            'The app is not built yet: run `npm run build:renderer` in Virtlab’s folder.',
          )
        }
        console.log(`Virtlab  ${app.url}`)
        console.log(`data     ${core.folder.root}`)
        if (process.env['SSH_CONNECTION'] !== undefined) {
          const { username } = userInfo()
          console.log(
            `tunnel   ssh -L ${app.port}:127.0.0.1:${app.port} ${username}@${hostname()}, then open the address above`,
          )
        }
        console.log('Ctrl+C ends it; a running training writes a checkpoint first.')
        if (open) openBrowser(app.url)
        await ended
        await app.close()
      })
    })
}

function parsePort(text: string): number {
  const port = Number(text)
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port
  throw new InvalidArgumentError('A port is a whole number from 0 to 65535.')
}

/** Ctrl+C once: a checkpoint, then the end; twice: the trainer is killed. */
function untilInterrupted(shutDown: (how: 'checkpoint' | 'kill') => Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    let asked: number | undefined
    const interrupt = () => {
      // One Ctrl+C comes several times: from the terminal to the whole group, and forwarded by npm and bin/.
      if (asked !== undefined && Date.now() - asked < 500) return
      const how = asked === undefined ? 'checkpoint' : 'kill'
      asked = Date.now()
      void shutDown(how).then(resolve)
    }
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt)
  })
}

function openBrowser(url: string): void {
  const [command, ...args] =
    process.platform === 'darwin'
      ? ['open', url]
      : process.platform === 'win32'
        ? ['cmd', '/c', 'start', '', url]
        : ['xdg-open', url]
  const child = spawn(command ?? '', args, { stdio: 'ignore', detached: true })
  child.on('error', () => console.error('No browser could be opened: open the address yourself.'))
  child.unref()
}
