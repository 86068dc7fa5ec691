import { dropout, encode, project, type EncodedBlock } from './encoder.ts'
import type { ModelDefinition } from './model.ts'
import { pool } from './pooling.ts'

/**
 * BERT over the joint sequence [CLS] X [SEP] Y [SEP], so that every token of X sees every token of Y.
 * With `pooling: cls` this is Hugging Face's BertForSequenceClassification, names and all.
 */
export const crossEncoder: ModelDefinition = {
  type: 'cross_encoder',
  summary: 'Reads both texts as one sequence: the most exact and the slowest; the usual teacher.',
  forward(parameters, encoder, config, batch, context) {
    const pass = { parameters, encoder, dropoutRate: config.dropout, context }
    const [joint] = encode(pass, [batch.joint]) as [EncodedBlock]
    const pooled = pool(pass, config.pooling, joint) // [batch, hidden]
    const logits = project(pass, 'classifier', dropout(pass, pooled))
    return joint.trace ? { logits, joint: joint.trace } : { logits }
  },
}
