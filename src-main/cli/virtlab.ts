import { Command, CommanderError } from 'commander'
import { UserError } from '../../src-shared/errors.ts'
import { appVersion } from '../provenance.ts'
import { commands } from './commands/index.ts'

/**
 * The command line. Exit codes: 0 done, 1 a defect or a failed run, 2 something the user can mend.
 */
const program = new Command('virtlab')
  .description('Train, compare and explain text-matching models: cross-encoder, Siamese, VIRT.')
  .version(appVersion())
  .option('--data-dir <folder>', 'where runs and the database are kept (else $VIRTLAB_DATA)')
  .showHelpAfterError('(virtlab --help lists the commands)')
  .showSuggestionAfterError()
  .exitOverride()
for (const add of commands) add(program)

// A reader such as `head` may leave early; that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

try {
  await program.parseAsync()
} catch (error) {
  process.exitCode = explain(error)
}

function explain(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  if (error instanceof UserError) {
    console.error(`virtlab: ${error.explain()}`)
    return 2
  }
  console.error(error)
  return 1
}
