import type { Command } from 'commander'

/** Every command, one file each; a command adds itself to the program. */
export const commands: ((program: Command) => void)[] = []
