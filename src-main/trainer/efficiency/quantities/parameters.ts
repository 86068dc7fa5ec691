import type { CountedQuantityDefinition } from '../quantity.ts'

export const parameters: CountedQuantityDefinition = {
  kind: 'counted',
  keys: ['parameters'],
  summary: 'trainable numbers, embeddings among them',
  count: ({ model }) =>
    Promise.resolve({
      parameters: [...model.parameters.values()].reduce((sum, { size }) => sum + size, 0),
    }),
}
