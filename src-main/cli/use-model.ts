import type { Command } from 'commander'
import type { BackendChoice } from '../../src-shared/config/run.ts'
import { UserError } from '../../src-shared/errors.ts'
import type { Core } from '../core.ts'
import { checkpointOf } from '../efficiency/subjects.ts'
import { createModelUser, type ModelUser } from '../use/model-user.ts'
import { withCore } from './context.ts'
import { formatDuration } from './format.ts'

/** Which model a command uses. */
export interface ModelOptions {
  run?: string
  checkpoint?: string
}

/** Opens the data folder and a process that uses models, for as long as `use` takes. */
export async function withModelUser(
  command: Command,
  use: (user: ModelUser, core: Core) => Promise<void>,
  backend?: BackendChoice,
): Promise<void> {
  await withCore(command, async (core) => {
    const user = createModelUser(core, backend)
    try {
      await use(user, core)
    } finally {
      user.close()
    }
  })
}

/** The folder of --run's best checkpoint, or --checkpoint. */
export function chosenModel(core: Core, { run, checkpoint }: ModelOptions): string {
  if ((run === undefined) === (checkpoint === undefined)) {
    throw new UserError('name either a run or a model folder', {
      where: '--run, --checkpoint',
      fix: 'virtlab runs lists the runs.',
    })
  }
  return checkpointOf(core, run ?? checkpoint!).dir
}

/** Parses a whole number from 1. */
export const wholeNumber =
  (option: string) =>
  (text: string): number => {
    const value = Number(text)
    if (Number.isInteger(value) && value >= 1) return value
    throw new UserError(`"${text}" is no whole number from 1`, { where: option })
  }

/** One line on a terminal, rewritten. */
export function progressOf(what: string) {
  const { stderr } = process
  return {
    show({ done, total, etaSeconds }: { done: number; total: number; etaSeconds: number | null }) {
      const eta = etaSeconds === null ? '' : `  ETA ${formatDuration(etaSeconds)}`
      if (stderr.isTTY) stderr.write(`\r\u001b[2K${what} ${done}/${total}${eta}`)
    },
    clear() {
      if (stderr.isTTY) stderr.write('\r\u001b[2K')
    },
  }
}
