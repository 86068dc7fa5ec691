import { copyFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { OPSET } from '../../onnx/graph.ts'
import { writeOnnx } from '../../onnx/write-onnx.ts'
import { wholeFolder, type ModelExporter } from './exporter.ts'

/** Read by tokenizers, beside the vocabulary. */
const tokenizerFiles = ['vocab.txt', 'tokenizer_config.json']

export const onnxExporter: ModelExporter = {
  summary: 'the tower and the interaction, or the cross-encoder, as ONNX graphs in float32',
  write: ({ model, info }, out) =>
    wholeFolder(out, async (dir) => {
      const { xMaxLength, yMaxLength, labels } = info
      const files = await writeOnnx({
        model,
        config: info.model,
        labels,
        metadata: {
          x_max_length: String(xMaxLength),
          y_max_length: String(yMaxLength),
          lowercase: String(info.lowercase),
        },
      })
      for (const [name, bytes] of Object.entries(files)) await writeFile(join(dir, name), bytes)
      const source = dirname(info.vocabPath)
      for (const name of tokenizerFiles) await copyFile(join(source, name), join(dir, name))
      const graphs = files['model.onnx']
        ? '- `model.onnx`: `input_ids`, `attention_mask`, `token_type_ids` (int64, [batch, length]) of [CLS] X [SEP] Y [SEP] → `logits` [batch, labels].'
        : '- `tower.onnx`: `input_ids`, `attention_mask` (int64, [batch, length]) of [CLS] text [SEP] → `x_vectors`, `x_mask`: the text kept as an X; `y_vectors`, `y_mask`: as a Y. Take those of its side.\n- `interaction.onnx`: those four of X (one, or as many as Y) and Y → `logits` [batch, labels]. A Y is encoded once and met by every X; pad with a mask of 0.'
      await writeFile(
        join(dir, 'README.md'),
        `# ${model.type}, ONNX opset ${OPSET}, float32\n\nLabels: ${labels.join(', ')}; they and the lengths are in the files' metadata too. X is cut at ${xMaxLength} tokens, Y at ${yMaxLength}, [CLS] and [SEP] among them.\n\n${graphs}\n`,
      )
    }),
}
