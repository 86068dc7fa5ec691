import { dropout, project } from './encoder.ts'
import { pairFeatures } from './pair-features.ts'
import { keepMean, keptMeans } from './pooling.ts'
import { towerModel } from './tower-model.ts'

/** Sentence-BERT (Reimers & Gurevych 2019) as VIRT's authors run it: W·drop([u; v; |u−v|; max(u,v)²]) + b. */
export const sbert = towerModel({
  type: 'sbert',
  summary: 'Two towers that meet in a linear layer over u, v and how they differ.',
  represent: (_pass, _config, _side, block) => keepMean(block),
  interact(pass, _config, x, y) {
    const [size] = y.vectors.shape
    const features = pairFeatures(keptMeans(x, size), keptMeans(y, size), 'max_squared')
    return { logits: project(pass, 'virtlab.classifier', dropout(pass, features)) }
  },
})
