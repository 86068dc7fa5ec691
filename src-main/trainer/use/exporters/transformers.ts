import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { saveModelFolder } from '../../models/checkpoint-folder.ts'
import { wholeFolder, type ModelExporter } from './exporter.ts'
import { pythonExample } from './python-heads.ts'

export const transformersExporter: ModelExporter = {
  summary: 'a folder that AutoModel and AutoTokenizer load, with the head in Python',
  write: ({ model, info }, out) =>
    wholeFolder(out, async (dir) => {
      await saveModelFolder(dir, model, info)
      const classifier =
        model.type === 'cross_encoder' && info.model.pooling === 'cls'
          ? '\n\nIt is a `BertForSequenceClassification` as well: `AutoModelForSequenceClassification` gives the same logits.'
          : ''
      const readme = `# ${model.type}

Trained with Virtlab. Labels: ${info.labels.join(', ')}. Texts are cut at ${info.xMaxLength} (X) and ${info.yMaxLength} (Y) tokens, [CLS] and [SEP] among them.

\`AutoModel\` and \`AutoTokenizer\` load this folder; names and values of the encoder are BERT's. What comes after it is in model.safetensors under names of its own. \`python score.py X Y\` in this folder, with torch, transformers and safetensors, scores a pair:${classifier}

\`\`\`python
${pythonExample(info.model, model.encoder)}
\`\`\`
`
      await writeFile(join(dir, 'README.md'), readme)
      await writeFile(join(dir, 'score.py'), `${pythonExample(info.model, model.encoder)}\n`)
    }),
}
