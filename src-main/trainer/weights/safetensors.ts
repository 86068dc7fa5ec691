import { createHash } from 'node:crypto'
import { open, rename, rm, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { UserError } from '../../../src-shared/errors.ts'
import {
  checkHeaderLength,
  LENGTH_BYTES,
  parseHeader,
  type ElementType,
  type SafetensorsHeader,
} from './safetensors-header.ts'

/** An open file; its header is checked, its tensors are read one at a time. */
export interface SafetensorsFile extends SafetensorsHeader {
  path: string
  /**
   * One tensor's values as float32, row-major, from F32, F16 or BF16.
   * @throws UserError for any other type
   */
  read(name: string): Promise<Float32Array>
  close(): Promise<void>
}

/**
 * Opens a safetensors file (huggingface/safetensors, format 0.3).
 * @throws UserError when it is missing or its header is not valid
 */
export async function openSafetensors(path: string): Promise<SafetensorsFile> {
  const file = await openForReading(path)
  try {
    const { size } = await file.stat()
    const start = await readBytes(file, path, 0, Math.min(LENGTH_BYTES, size))
    if (size < LENGTH_BYTES) {
      throw new UserError(`not a valid safetensors file: it has only ${size} bytes`, {
        where: path,
        fix: 'copy or export the file again',
      })
    }
    const declared = new DataView(start.buffer).getBigUint64(0, true)
    const length = checkHeaderLength(path, declared, size)
    const header = parseHeader(path, await readBytes(file, path, LENGTH_BYTES, length), size)
    return {
      ...header,
      path,
      async read(name) {
        const entry = header.entries.get(name)
        if (!entry) throw new Error(`${path} has no tensor ${name}`)
        const decode = decoders[entry.dtype]
        if (!decode) {
          throw new UserError(
            `tensor ${name} (offset ${entry.begin}) is ${entry.dtype}; weights must be F32, F16 or BF16`,
            { where: path, fix: 'export the model in float32' },
          )
        }
        return decode((await readBytes(file, path, entry.begin, entry.end - entry.begin)).buffer)
      },
      close: () => file.close(),
    }
  } catch (error) {
    await file.close()
    throw error
  }
}

/** All tensors of a file, as float32 tensors that the caller disposes. */
export async function readSafetensors(
  path: string,
): Promise<{ tensors: Map<string, Tensor>; metadata: Record<string, string> }> {
  const file = await openSafetensors(path)
  const tensors = new Map<string, Tensor>()
  try {
    for (const [name, { shape }] of file.entries) {
      tensors.set(name, tf.tensor(await file.read(name), shape, 'float32'))
    }
  } catch (error) {
    tf.dispose([...tensors.values()])
    throw error
  } finally {
    await file.close()
  }
  return { tensors, metadata: file.metadata }
}

/** Values of one tensor to be written, asked for when their turn comes. */
export interface TensorValues {
  dtype: 'F32' | 'F16'
  shape: readonly number[]
  values(): Promise<Float32Array | Float16Array>
}

/**
 * Writes float32 tensors in the order given. The file appears whole, on disk and under its name, or
 * not at all; one tensor at a time is held in host memory.
 * @returns the file's size and sha256 (hexadecimal)
 */
export async function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, Tensor>,
  metadata: Record<string, string> = {},
): Promise<{ bytes: number; sha256: string }> {
  const entries = [...tensors].map(([name, tensor]): [string, TensorValues] => {
    const values = async () => {
      const data = await tensor.data()
      if (!(data instanceof Float32Array)) throw new Error(`${name} is ${tensor.dtype}`)
      return data
    }
    return [name, { dtype: 'F32', shape: tensor.shape, values }]
  })
  return writeTensorValues(path, new Map(entries), metadata)
}

/** As writeSafetensors, of values on the host. */
export async function writeTensorValues(
  path: string,
  tensors: ReadonlyMap<string, TensorValues>,
  metadata: Record<string, string> = {},
): Promise<{ bytes: number; sha256: string }> {
  const unfinished = `${path}.${process.pid}.unfinished`
  const hash = createHash('sha256')
  const file = await open(unfinished, 'w')
  let bytes = 0
  const append = async (chunk: Uint8Array): Promise<void> => {
    hash.update(chunk)
    for (let done = 0; done < chunk.length;) {
      done += (await file.write(chunk, done, chunk.length - done)).bytesWritten
    }
    bytes += chunk.length
  }
  try {
    await append(encodeHeader(tensors, metadata))
    for (const [name, tensor] of tensors) {
      const values = await tensor.values()
      if (values.length !== sizeOf(tensor.shape))
        throw new Error(`${name} has ${values.length} values`)
      await append(new Uint8Array(values.buffer, values.byteOffset, values.byteLength))
    }
    await file.sync()
    await file.close()
    await rename(unfinished, path)
    await syncFolder(dirname(path))
  } catch (error) {
    await file.close().catch(() => undefined)
    await rm(unfinished, { force: true })
    throw error
  }
  return { bytes, sha256: hash.digest('hex') }
}

const sizeOf = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1)

function encodeHeader(
  tensors: ReadonlyMap<string, TensorValues>,
  metadata: Record<string, string>,
): Uint8Array {
  const header: [string, unknown][] = [['__metadata__', { format: 'pt', ...metadata }]]
  let offset = 0
  for (const [name, { dtype, shape }] of tensors) {
    const end = offset + (dtype === 'F16' ? 2 : 4) * sizeOf(shape)
    header.push([name, { dtype, shape, data_offsets: [offset, end] }])
    offset = end
  }
  // fromEntries makes a property of any name, __proto__ too; an assignment would not.
  const json = Buffer.from(JSON.stringify(Object.fromEntries(header)))
  // Spaces behind the header put the data on a multiple of 8, as the reference writer does.
  const length = Math.ceil(json.length / 8) * 8
  const bytes = Buffer.alloc(LENGTH_BYTES + length, ' ')
  bytes.writeBigUInt64LE(BigInt(length))
  json.copy(bytes, LENGTH_BYTES)
  return bytes
}

const decoders: Partial<Record<ElementType, (bytes: ArrayBuffer) => Float32Array>> = {
  F32: (bytes) => new Float32Array(bytes),
  F16: (bytes) => new Float32Array(new Float16Array(bytes)),
  BF16: (bytes) => {
    // A bfloat16 is the upper half of a float32.
    const halves = new Uint16Array(bytes)
    const bits = Uint32Array.from(halves, (half) => half << 16)
    return new Float32Array(bits.buffer)
  },
}

async function openForReading(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r')
  } catch (cause) {
    throw new UserError('the weights file cannot be opened', {
      where: path,
      fix: 'check that it exists and is readable',
      cause,
    })
  }
}

async function readBytes(
  file: FileHandle,
  path: string,
  position: number,
  length: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length)
  for (let done = 0; done < length;) {
    const { bytesRead } = await file.read(bytes, done, length - done, position + done)
    if (bytesRead === 0) {
      throw new UserError(`the file ended at offset ${position + done} while it was read`, {
        where: path,
        fix: 'copy or download it again',
      })
    }
    done += bytesRead
  }
  return bytes
}

/** A rename is on disk once its folder is; Windows has no such call and needs none. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
