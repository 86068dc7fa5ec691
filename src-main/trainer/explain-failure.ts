import { UserError } from '../../src-shared/errors.ts'

/** What backends say when memory runs out, which is seldom that. */
const outOfMemory: { pattern: RegExp; where: string }[] = [
  // Emscripten's heap cannot grow any more (tfjs-backend-wasm is built for 2 GiB).
  {
    pattern: /^Aborted\(|Cannot enlarge memory|memory access out of bounds/,
    where: 'wasm backend',
  },
  {
    pattern: /OOM when allocating|ResourceExhausted|RESOURCE_EXHAUSTED/,
    where: 'tensorflow backend',
  },
  { pattern: /Array buffer allocation failed|Invalid typed array length/, where: 'cpu backend' },
]

/** Turns a native error that the user can do something about into one that says what. */
export function explainFailure(error: unknown): unknown {
  const message = error instanceof Error ? error.message : String(error)
  const known = outOfMemory.find(({ pattern }) => pattern.test(message))
  if (!known) return error
  return new UserError(`the tensors of a step do not fit in memory (${message.slice(0, 200)})`, {
    where: known.where,
    fix: 'lower training.batchSize and raise training.gradientAccumulation by the same factor, shorten data.xMaxLength and data.yMaxLength, or use another backend',
    cause: error,
  })
}
