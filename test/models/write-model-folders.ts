/**
 * Writes the oracle's models as Virtlab saves them, one folder a case, for weights_transformers.py:
 *
 *     node test/models/write-model-folders.ts OUT
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { saveModelFolder } from '../../src-main/trainer/models/checkpoint-folder.ts'
import { oracle, oracleModel, oracleModelConfig } from '../support/bert-oracle.ts'
import { useBackend } from '../support/each-backend.ts'

const out = process.argv[2]
if (!out) throw new Error('name the folder to write to')
mkdirSync(out, { recursive: true })
const vocabPath = join(out, 'vocab.txt')
const specials = ['[PAD]', '[CLS]', '[SEP]', '[UNK]', '[MASK]']
const words = Array.from({ length: 27 }, (_, i) => (i % 3 === 2 ? `##s${i}` : `Word${i}`))
writeFileSync(vocabPath, [...specials, ...words].join('\n') + '\n')

await useBackend('wasm')
for (const [name, oracleCase] of Object.entries(oracle.cases)) {
  await saveModelFolder(join(out, name), oracleModel(oracleCase), {
    model: oracleModelConfig(oracleCase),
    labels: ['no', 'maybe', 'yes'],
    xMaxLength: 20,
    yMaxLength: 20,
    lowercase: false,
    vocabPath,
  })
  console.log(join(out, name))
}
