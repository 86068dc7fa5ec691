import { createHash } from 'node:crypto'
import { Transform } from 'node:stream'

/** Passes bytes on; `result()` tells, once they are through, how many there were and their sha256. */
export function hashStream(): {
  stream: Transform
  result: () => { bytes: number; sha256: string }
} {
  const hash = createHash('sha256')
  let bytes = 0
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      bytes += chunk.length
      done(null, chunk)
    },
  })
  return { stream, result: () => ({ bytes, sha256: hash.digest('hex') }) }
}
