import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

/** The interpreter that has torch and transformers. */
const python = process.env['VIRTLAB_TEST_PYTHON'] ?? 'python3'

/** The training step that PyTorch is to make, as pytorch.py reads it. */
export interface StepShape {
  vocabSize: number
  hiddenSize: number
  numHiddenLayers: number
  numAttentionHeads: number
  intermediateSize: number
  labels: number
  dropout: number
  threads: number
  batch: number
  length: number
  /** [batch · length], row by row, like the next two. */
  inputIds: number[]
  tokenTypeIds: number[]
  attentionMask: number[]
  /** [batch] */
  classes: number[]
}

export interface PyTorch {
  version: string
  /** Makes that many training steps → the time of each, ms. */
  steps(count: number): Promise<number[]>
  end(): void
}

/** A Python process that trains on that batch. @throws Error that says what is missing */
export async function startPyTorch(shape: StepShape): Promise<PyTorch> {
  const script = fileURLToPath(new URL('pytorch.py', import.meta.url))
  const child = spawn(python, [script], { stdio: ['pipe', 'pipe', 'pipe'] })
  let errors = ''
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
  child.on('error', (error) => (errors += error.message))
  child.stdin.on('error', () => undefined) // said by what was read instead
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const ask = async (line: string): Promise<unknown> => {
    child.stdin.write(`${line}\n`)
    const answer = await lines.next()
    if (answer.done) {
      const reason = errors.trim().split('\n').at(-1)
      throw new Error(
        `PyTorch did not run (${reason}): VIRTLAB_TEST_PYTHON must name a Python with torch and transformers, now ${python}`,
      )
    }
    return JSON.parse(answer.value)
  }
  const versions = (await ask(JSON.stringify(shape))) as { torch: string; transformers: string }
  return {
    version: `PyTorch ${versions.torch}, transformers ${versions.transformers}`,
    steps: async (count) => (await ask(String(count))) as number[],
    end: () => child.stdin.end(),
  }
}
