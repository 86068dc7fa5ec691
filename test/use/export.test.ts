import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { makeBatch } from '../../src-main/trainer/data/make-batch.ts'
import { saveModelFolder } from '../../src-main/trainer/models/checkpoint-folder.ts'
import { noDropout } from '../../src-main/trainer/models/dropout.ts'
import { modelExporters } from '../../src-main/trainer/use/exporters/index.ts'
import { loadMatcher, tokensOf } from '../../src-main/trainer/use/matcher.ts'
import { maxError, oracle, oracleModel, oracleModelConfig } from '../support/bert-oracle.ts'
import { useBackend } from '../support/each-backend.ts'
import { temporaryFolder } from '../support/tiny-task.ts'

/** A Python with torch and transformers in it: $VIRTLAB_TEST_PYTHON, else python3. */
const python = process.env['VIRTLAB_TEST_PYTHON'] ?? 'python3'
const hasTransformers =
  spawnSync(python, ['-c', 'import torch, safetensors; from transformers import AutoModel'])
    .status === 0

const root = temporaryFolder()
const vocabPath = join(root, 'vocab.txt')
const words = Array.from({ length: 27 }, (_, i) => `word${i}`)
writeFileSync(vocabPath, ['[PAD]', '[CLS]', '[SEP]', '[UNK]', '[MASK]', ...words].join('\n') + '\n')
const [x, y] = ['word1 word5 word2', 'word9 word1 word3 word20 word7']

beforeAll(() => useBackend('wasm'))

const cases = Object.entries(oracle.cases).filter(([, { settings }]) => !settings.hidden_act)

async function exported(name: string, to: 'transformers' | 'onnx') {
  const source = join(root, `${name}-checkpoint`)
  await saveModelFolder(source, oracleModel(oracle.cases[name]!), {
    model: oracleModelConfig(oracle.cases[name]!),
    labels: ['no', 'maybe', 'yes'],
    xMaxLength: 10,
    yMaxLength: 10,
    lowercase: true,
    vocabPath,
  })
  const matcher = await loadMatcher(source)
  const out = join(root, `${name}-${to}`)
  return { matcher, out, files: await modelExporters[to].write(matcher, out) }
}

/** Runs the program of every folder's README, as it stands there, in one Python: torch takes seconds to load. */
const driver = `
import contextlib, io, json, os, re, sys
told = []
for folder in sys.argv[3:]:
    os.chdir(folder)
    program = re.search(r"\`\`\`python\\n(.*?)\`\`\`", open("README.md", encoding="utf-8").read(), re.S)[1]
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(program, {"__name__": "__main__"})
    assert program == open("score.py", encoding="utf-8").read()
    told.append(json.loads(out.getvalue()))
print(json.dumps(told))
`

it.skipIf(!hasTransformers)(
  'every model for transformers scores a pair in Python as here, by the program in its README',
  async () => {
    const names = cases.map(([name]) => name)
    const made = []
    for (const name of names) made.push(await exported(name, 'transformers'))
    const folders = made.map(({ out }) => out)
    const args = ['-c', driver, x, y, ...folders]
    const { stdout, stderr } = spawnSync(python, args, { encoding: 'utf8' })
    expect(stdout, stderr).toContain('logits')
    const told = JSON.parse(stdout.split('\n').at(-2)!) as { labels: string[]; logits: number[] }[]
    expect(told).toHaveLength(names.length)
    made.forEach(({ matcher }, i) => {
      const pair = {
        id: '1',
        xIds: tokensOf(matcher, 'x', x).ids,
        yIds: tokensOf(matcher, 'y', y).ids,
        label: 0,
      }
      const batch = makeBatch([pair], matcher.tokenizer.specials)
      const { logits } = matcher.model.forward(batch, { dropout: noDropout, trace: false })
      expect(told[i]!.labels).toEqual(['no', 'maybe', 'yes'])
      expect(maxError(logits, told[i]!.logits), names[i]).toBeLessThan(1e-4)
    })
  },
  120_000,
)

it('an ONNX export has the graphs, the vocabulary and what to do with them', async () => {
  const { files, out, matcher } = await exported('virt_encoder_max_squared', 'onnx')
  expect(files).toEqual([
    'README.md',
    'interaction.onnx',
    'tokenizer_config.json',
    'tower.onnx',
    'vocab.txt',
  ])
  expect(readFileSync(join(out, 'README.md'), 'utf8')).toContain('Labels: no, maybe, yes')
  await expect(modelExporters.onnx.write(matcher, out)).rejects.toThrow('something in this folder')
})
