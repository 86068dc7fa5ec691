import { z } from 'zod'
import { UserError } from '../../../src-shared/errors.ts'

/** The format's types and their bytes an element. */
const elementBytes = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E5M2: 1,
  F8_E4M3: 1,
  I16: 2,
  U16: 2,
  F16: 2,
  BF16: 2,
  I32: 4,
  U32: 4,
  F32: 4,
  F64: 8,
  I64: 8,
  U64: 8,
} as const

export type ElementType = keyof typeof elementBytes

/** Where one tensor lies. */
export interface TensorEntry {
  dtype: ElementType
  shape: number[]
  /** First byte and byte behind the last, counted from the start of the file. */
  begin: number
  end: number
}

export interface SafetensorsHeader {
  entries: Map<string, TensorEntry>
  metadata: Record<string, string>
}

/** The reference implementation's limit. */
export const MAX_HEADER_BYTES = 100_000_000
/** A little-endian 64-bit length stands before the JSON header. */
export const LENGTH_BYTES = 8

const entrySchema = z.object({
  dtype: z.enum(Object.keys(elementBytes) as [ElementType, ...ElementType[]]),
  shape: z.array(z.int().min(0)),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
})
const metadataSchema = z.record(z.string(), z.string())

/** @throws UserError when the length cannot be that of this file's header. */
export function checkHeaderLength(path: string, length: bigint, fileBytes: number): number {
  if (length > BigInt(MAX_HEADER_BYTES) || length > BigInt(fileBytes - LENGTH_BYTES)) {
    throw damaged(
      path,
      `offset 0: a header of ${length} bytes does not fit (file: ${fileBytes} bytes, limit: ${MAX_HEADER_BYTES})`,
    )
  }
  return Number(length)
}

/**
 * Checks a header as the reference implementation does: every tensor's bytes fit its type and shape,
 * lie inside the file, and together they fill it without gap or overlap.
 * @throws UserError naming file, tensor and offsets
 */
export function parseHeader(path: string, json: Uint8Array, fileBytes: number): SafetensorsHeader {
  const raw = parseJson(path, json)
  const dataStart = LENGTH_BYTES + json.length
  const entries = new Map<string, TensorEntry>()
  let metadata: Record<string, string> = {}
  for (const [name, value] of Object.entries(raw)) {
    if (name === '__metadata__') {
      const parsed = metadataSchema.safeParse(value)
      if (!parsed.success) throw damaged(path, '__metadata__ is not an object of strings')
      metadata = parsed.data
    } else {
      entries.set(name, readEntry(path, name, value, dataStart, fileBytes))
    }
  }
  checkLayout(path, entries, dataStart, fileBytes)
  return { entries, metadata }
}

function parseJson(path: string, json: Uint8Array): object {
  let parsed: unknown
  let cause: unknown
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(json)
    parsed = JSON.parse(text)
  } catch (error) {
    cause = error
  }
  // Not a zod record: that leaves out a tensor of the name __proto__.
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed
  throw damaged(path, `offset ${LENGTH_BYTES}: the header is not a JSON object`, cause)
}

function readEntry(
  path: string,
  name: string,
  value: unknown,
  dataStart: number,
  fileBytes: number,
): TensorEntry {
  const parsed = entrySchema.safeParse(value)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw damaged(path, `tensor ${name}: ${issue?.path.join('.')}: ${issue?.message}`)
  }
  const { dtype, shape } = parsed.data
  const [begin, end] = parsed.data.data_offsets.map((offset) => offset + dataStart) as [
    number,
    number,
  ]
  const bytes = shape.reduce((product, size) => product * size, elementBytes[dtype])
  if (end - begin !== bytes) {
    throw damaged(
      path,
      `tensor ${name}: offsets ${begin}–${end} hold ${end - begin} bytes, but ${dtype} [${shape.join(', ')}] takes ${bytes}`,
    )
  }
  if (end > fileBytes) {
    throw damaged(
      path,
      `tensor ${name}: ends at offset ${end}, but the file has ${fileBytes} bytes`,
      undefined,
      'the file is cut off: copy or download it again',
    )
  }
  return { dtype, shape, begin, end }
}

function checkLayout(
  path: string,
  entries: Map<string, TensorEntry>,
  dataStart: number,
  fileBytes: number,
): void {
  const inOrder = [...entries].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end)
  let expected = dataStart
  for (const [name, { begin, end }] of inOrder) {
    if (begin !== expected) {
      const problem = begin < expected ? 'overlaps the tensor before it' : 'leaves a gap before it'
      throw damaged(path, `tensor ${name}: starts at offset ${begin} and ${problem} (${expected})`)
    }
    expected = end
  }
  if (expected !== fileBytes) {
    throw damaged(path, `${fileBytes - expected} bytes from offset ${expected} belong to no tensor`)
  }
}

function damaged(path: string, problem: string, cause?: unknown, fix?: string): UserError {
  return new UserError(`not a valid safetensors file: ${problem}`, {
    where: path,
    fix: fix ?? 'copy or export the file again',
    cause,
  })
}
