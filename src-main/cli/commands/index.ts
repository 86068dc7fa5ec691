import type { Command } from 'commander'
import { addResume } from './resume.ts'
import { addTrain } from './train.ts'

/** Every command, one file each; a command adds itself to the program. */
export const commands: ((program: Command) => void)[] = [addTrain, addResume]
