import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * Moves a run's files to where they belong; checkpoints that are there stay. Both folders must be on one disk.
 *
 * @returns how to take it back
 */
export function moveRunFiles(folder: string, runDir: string): () => void {
  const moved: [from: string, to: string][] = []
  const move = (from: string, to: string) => {
    mkdirSync(dirname(to), { recursive: true })
    renameSync(from, to)
    moved.push([from, to])
  }
  if (!existsSync(runDir)) move(folder, runDir)
  else {
    const checkpoints = join(folder, 'checkpoints')
    for (const name of existsSync(checkpoints) ? readdirSync(checkpoints) : []) {
      const to = join(runDir, 'checkpoints', name)
      if (!existsSync(to)) move(join(checkpoints, name), to)
    }
  }
  return () => {
    for (const [, to] of moved) rmSync(to, { recursive: true, force: true })
  }
}
