import { towerLayers, type ModelConfig } from '../../../src-shared/config/model.ts'
import { layerNames } from '../models/encoder-parameters.ts'
import type { PairModel } from '../models/model.ts'
import { embed, encode, project, type OnnxPass, type OnnxTexts } from './encoder.ts'
import { createGraph, type Axis, type Graph, type Value } from './graph.ts'
import { onnxTowerModels } from './models/index.ts'
import { pool } from './texts.ts'

export interface OnnxOptions {
  model: PairModel
  config: ModelConfig
  labels: string[]
  /** Stored in every file beside the model's type and its labels. */
  metadata: Record<string, string>
}

/**
 * A model as ONNX files by name. cross_encoder: `model.onnx`, token ids of the joint sequence → logits. Others:
 * `tower.onnx`, token ids of a text → what is kept of it as an X and as a Y, and `interaction.onnx`, kept X and Y →
 * logits, where one X may meet any number of Y. Batch and lengths are free; numbers are float32.
 */
export async function writeOnnx(options: OnnxOptions): Promise<Record<string, Uint8Array>> {
  const { model, config, labels } = options
  const host = new Map<string, { shape: number[]; values: Float32Array }>()
  for (const [name, variable] of model.parameters) {
    // Parameters are float32 throughout.
    host.set(name, { shape: variable.shape, values: (await variable.data()) as Float32Array })
  }
  const passOf = (graph: Graph): OnnxPass => ({
    graph,
    config,
    encoder: model.encoder,
    labels: labels.length,
    parameter(name) {
      const found = host.get(name)
      if (!found) throw new Error(`the model has no parameter ${name}`)
      return found
    },
  })
  const file = (doc: string, write: (pass: OnnxPass) => void) => {
    const pass = passOf(createGraph())
    write(pass)
    const { type } = model
    return pass.graph.finish({
      name: type,
      doc,
      metadata: { model_type: type, labels: JSON.stringify(labels), ...options.metadata },
    })
  }

  const { type } = model
  if (type === 'cross_encoder') {
    const doc = '[CLS] X [SEP] Y [SEP], token type 1 from Y on → logits'
    return { 'model.onnx': file(doc, crossEncoder) }
  }
  const definition = onnxTowerModels[type]
  return {
    'tower.onnx': file('[CLS] text [SEP] → what is kept of it, as an X and as a Y', (pass) => {
      const { ids, mask } = tokenInputs(pass.graph)
      const layers = layerNames(pass.encoder).slice(
        0,
        towerLayers[type](pass.encoder.numHiddenLayers, config),
      )
      const hidden = encode(pass, { vectors: embed(pass, ids), mask }, layers)
      for (const side of ['x', 'y'] as const) {
        const kept = definition.represent(pass, side, hidden)
        const { vectors, width } = { vectors: `${side}_length`, width: widthOf(pass) }
        pass.graph.output(`${side}_vectors`, kept.vectors, ['batch', vectors, width])
        pass.graph.output(`${side}_mask`, kept.mask, ['batch', vectors])
      }
    }),
    'interaction.onnx': file('kept X (one, or as many as Y) and kept Y → logits', (pass) => {
      const text = (side: string, count: Axis): OnnxTexts => ({
        vectors: pass.graph.input(`${side}_vectors`, 'float32', [
          count,
          `${side}_length`,
          widthOf(pass),
        ]),
        mask: pass.graph.input(`${side}_mask`, 'float32', [count, `${side}_length`]),
      })
      const logits = definition.interact(pass, text('x', 'x_batch'), text('y', 'batch'))
      pass.graph.output('logits', logits, ['batch', labels.length])
    }),
  }
}

function crossEncoder(pass: OnnxPass): void {
  const { graph } = pass
  const { ids, mask } = tokenInputs(graph)
  const segments = graph.input('token_type_ids', 'int64', ['batch', 'length'])
  const texts = { vectors: embed(pass, ids, segments), mask }
  const pooled = pool(pass, encode(pass, texts, layerNames(pass.encoder)))
  graph.output('logits', project(pass, 'classifier', pooled), ['batch', pass.labels])
}

/** Token ids and their mask as transformers' tokenizers give them: int64 [batch, length]. */
function tokenInputs(graph: Graph): { ids: Value; mask: Value } {
  const ids = graph.input('input_ids', 'int64', ['batch', 'length'])
  const attention = graph.input('attention_mask', 'int64', ['batch', 'length'])
  return { ids, mask: graph.op('Cast', [attention], { to: 1 }) }
}

const widthOf = ({ config, encoder }: OnnxPass) =>
  config.type === 'colbert' ? config.tokenSize : encoder.hiddenSize
