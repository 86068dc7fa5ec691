import { availableParallelism, cpus, loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { formatTable } from '../src-main/cli/table.ts'
import { dataFolderRoot } from '../src-main/data-folder.ts'
import { activateBackend } from '../src-main/trainer/backends/index.ts'
import { encoderSizes } from '../src-shared/config/model.ts'
import { backendChoice } from '../src-shared/config/run.ts'
import { comparePyTorch } from './train/compare-pytorch.ts'
import { measureVirt } from './train/measure-virt.ts'
import { soak } from './train/soak.ts'

/**
 * Training steps a second beside PyTorch's, by turns in one run: the same model, batch, lengths, AdamW, dropout,
 * clipping and threads.
 *
 *     npm run bench:train -- [--sizes tiny,mini,small,base] [--backend tensorflow] [--threads 1] [--data-dir FOLDER]
 *     npm run bench:train -- --virt          what VIRT adds to a student's step
 *     npm run bench:train -- --soak 10000    whether tensors or memory pile up
 *
 * VIRTLAB_TEST_PYTHON names a Python with torch and transformers (default: python3).
 */
const { values: options } = parseArgs({
  options: {
    sizes: { type: 'string', default: 'tiny,mini,small,base' },
    backend: { type: 'string', default: 'tensorflow' },
    'data-dir': { type: 'string' },
    rounds: { type: 'string', default: '7' },
    batch: { type: 'string' },
    length: { type: 'string' },
    virt: { type: 'boolean', default: false },
    soak: { type: 'string' },
    threads: { type: 'string', default: String(availableParallelism()) },
  },
})
const threads = Number(options.threads)
// Of TensorFlow, which reads it when it is loaded; oneDNN runs in the same threads.
process.env['TF_NUM_INTRAOP_THREADS'] = options.threads
const backend = await activateBackend(
  backendChoice.parse(options.backend),
  join(dataFolderRoot(options['data-dir']), 'backends'),
)
const load = () => loadavg()[0]!.toFixed(1)
console.log(
  `${backend.device}, ${threads} threads, ${cpus()[0]?.model ?? 'unknown processor'}, load ${load()}`,
)
const sizes = options.sizes.split(',').map((name) => {
  const known = Object.keys(encoderSizes).find((size) => size === name)
  if (!known)
    throw new Error(`--sizes: no size ${name}; there are ${Object.keys(encoderSizes).join(', ')}`)
  return known as keyof typeof encoderSizes
})

/** Pairs and tokens of a step: smaller for base, which takes seconds. */
const shapeOf = (size: keyof typeof encoderSizes) => ({
  batch: Number(options.batch ?? (size === 'base' ? 8 : 32)),
  length: Number(options.length ?? 64),
})
const rounds = Number(options.rounds)

if (options.soak !== undefined) {
  await soak(backend.kernels, Number(options.soak))
} else {
  const measure = options.virt ? measureVirt : comparePyTorch
  for (const size of sizes) {
    const rows = await measure(backend.kernels, { size, ...shapeOf(size), rounds, threads })
    const titles = Object.keys(rows[0] ?? {})
    console.log(
      formatTable(
        titles.map((title, i) => ({
          title,
          value: (row: Record<string, string>) => row[title] ?? '',
          align: i === 0 ? 'left' : 'right',
        })),
        rows,
      ),
    )
  }
  console.log(`load ${load()} at the end`)
}
process.exit(0) // TensorFlow's threads would keep the process alive
