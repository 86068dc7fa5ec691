import { createHash } from 'node:crypto'
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { flatten } from '../../src-shared/config/flatten.ts'
import type { RunConfig } from '../../src-shared/config/run.ts'
import { mapPaths } from '../recipe/load-recipe.ts'
import { writtenSettings } from '../recipe/write-yaml.ts'
import { sha256OfFile } from '../sha256-of-file.ts'
import { demoFileContents } from '../trainer/data/demo/generate.ts'

/** What of a BERT folder goes into a model. */
const pretrainedFiles = [
  'config.json',
  'model.safetensors',
  'vocab.txt',
  'tokenizer_config.json',
] as const

/**
 * What a run is trained from, as one sha256 (hex): its settings (those that are not the schema's own, so
 * that settings to come change nothing), the contents of its files in place of their paths, its seed, and
 * its teacher's weights. Runs of one fingerprint are the same run. What is only logged does not count.
 * @param teacherWeights sha256 of the teacher's model.safetensors; null: it has no teacher
 */
export async function fingerprint(
  config: RunConfig,
  teacherWeights: string | null,
): Promise<string> {
  const contents: string[] = []
  for (const path of pathsOf(config)) contents.push(await hashOf(path))
  const leaves = [...flatten(writtenSettings(mapPaths(config, () => '')))]
    .filter(([key]) => !key.startsWith('logging.'))
    .sort(([a], [b]) => (a < b ? -1 : 1))
  const demo = config.data.dataset === 'demo' ? demoHash() : null
  return createHash('sha256')
    .update(JSON.stringify([leaves, config.training.seed, contents, demo, teacherWeights]))
    .digest('hex')
}

function pathsOf(config: RunConfig): string[] {
  const paths: string[] = []
  mapPaths(config, (path) => {
    paths.push(path)
    return path
  })
  return paths
}

const known = new Map<string, Promise<string>>()

/** A file that has neither changed its size nor its time is not read again by this process. */
async function hashOf(path: string): Promise<string> {
  if (!existsSync(path)) return 'missing'
  const stats = statSync(path)
  if (stats.isDirectory()) {
    const files = pretrainedFiles.map((name) => join(path, name)).filter((file) => existsSync(file))
    return (await Promise.all(files.map(hashOf))).join()
  }
  const key = `${path}\n${stats.mtimeMs}\n${stats.size}`
  const hash = known.get(key) ?? sha256OfFile(path)
  known.set(key, hash)
  return hash
}

let demo: string | undefined

function demoHash(): string {
  demo ??= createHash('sha256').update(JSON.stringify(demoFileContents())).digest('hex')
  return demo
}
