import { dropout, project } from './encoder.ts'
import type { ModelDefinition } from './model.ts'
import { pairFeatures } from './pair-features.ts'
import { meanPool } from './pooling.ts'
import { encodeTowers, towerTraces } from './towers.ts'

/** Sentence-BERT (Reimers & Gurevych 2019) as VIRT's authors run it: W·drop([u; v; |u−v|; max(u,v)²]) + b. */
export const sbert: ModelDefinition = {
  type: 'sbert',
  summary: 'Two towers that meet in a linear layer over u, v and how they differ.',
  forward(parameters, encoder, config, batch, context) {
    const pass = { parameters, encoder, dropoutRate: config.dropout, context }
    const towers = encodeTowers(pass, batch)
    const features = pairFeatures(meanPool(towers.x), meanPool(towers.y), 'max_squared')
    const logits = project(pass, 'virtlab.classifier', dropout(pass, features))
    return { logits, ...towerTraces(towers) }
  },
}
