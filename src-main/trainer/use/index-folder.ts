import { createReadStream } from 'node:fs'
import { mkdir, open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { modelTypes } from '../../../src-shared/config/model.ts'
import { UserError } from '../../../src-shared/errors.ts'
import { openSafetensors, writeTensorValues } from '../weights/safetensors.ts'
import { indexTypes } from './protocol.ts'

const MANIFEST = 'manifest.json'

/** manifest.json of an index: written anew after every shard, so it never names one that is not whole. */
export const indexManifest = z.strictObject({
  format: z.literal(1, 'written by a newer Virtlab'),
  model: z.strictObject({
    type: z.enum(modelTypes),
    /** Of its model.safetensors. */
    sha256: z.string(),
    /** Where it lay. */
    dir: z.string(),
  }),
  corpus: z.strictObject({ path: z.string(), sha256: z.string() }),
  dtype: z.enum(indexTypes),
  /** Numbers of a vector. */
  width: z.int().positive(),
  complete: z.boolean(),
  shards: z.array(
    z.strictObject({ name: z.string(), texts: z.int(), vectors: z.int(), bytes: z.int() }),
  ),
})
export type IndexManifest = z.infer<typeof indexManifest>

const shardText = z.strictObject({ id: z.string(), text: z.string(), vectors: z.int() })
export type ShardText = z.infer<typeof shardText>

/** The index in a folder; undefined: there is none. */
export async function readManifest(dir: string): Promise<IndexManifest | undefined> {
  const path = join(dir, MANIFEST)
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  try {
    return indexManifest.parse(JSON.parse(text))
  } catch (cause) {
    throw new UserError('this is no index of Virtlab', {
      where: path,
      fix: 'Encode the corpus again.',
      cause,
    })
  }
}

export async function writeManifest(dir: string, manifest: IndexManifest): Promise<void> {
  await mkdir(dir, { recursive: true })
  await writeWhole(join(dir, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`)
}

/** Writes `NAME.safetensors` (`vectors` [Σ vectors, width]) and `NAME.jsonl` (id, text, its number of vectors). */
export async function writeShard(
  dir: string,
  name: string,
  shard: { texts: ShardText[]; values: Float32Array; width: number; dtype: IndexManifest['dtype'] },
): Promise<number> {
  const { texts, values, width, dtype } = shard
  await writeWhole(
    join(dir, `${name}.jsonl`),
    texts.map((text) => `${JSON.stringify(text)}\n`).join(''),
  )
  const tensor = {
    dtype: dtype === 'float16' ? ('F16' as const) : ('F32' as const),
    shape: [values.length / width, width],
    values: () => Promise.resolve(dtype === 'float16' ? new Float16Array(values) : values),
  }
  const { bytes } = await writeTensorValues(
    join(dir, `${name}.safetensors`),
    new Map([['vectors', tensor]]),
  )
  return bytes
}

/** A shard's vectors [Σ vectors, width] row-major, and its texts in order. */
export async function readShard(dir: string, name: string) {
  const file = await openSafetensors(join(dir, `${name}.safetensors`))
  try {
    const texts: ShardText[] = []
    for await (const line of createInterface({
      input: createReadStream(join(dir, `${name}.jsonl`)),
    })) {
      texts.push(shardText.parse(JSON.parse(line)))
    }
    return { values: await file.read('vectors'), texts }
  } finally {
    await file.close()
  }
}

async function writeWhole(path: string, text: string): Promise<void> {
  const unfinished = `${path}.unfinished`
  const file = await open(unfinished, 'w')
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(unfinished, path)
}
