import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { demoPairs } from '../../src-main/trainer/data/demo/pairs.ts'
import { loadRecipe } from '../../src-main/recipe/load-recipe.ts'

const recipe = (name: string) =>
  loadRecipe(fileURLToPath(new URL(`../../recipes/${name}`, import.meta.url)))

describe('recipes/demo.yaml', () => {
  it('trains the teacher first, then the Siamese baseline and the student that it teaches', () => {
    const plan = recipe('demo.yaml').runs.map(({ name, teacher, config }) => [
      name,
      config.model.type,
      teacher,
      config.distillation.virt?.alpha,
    ])
    expect(plan).toEqual([
      ['teacher', 'cross_encoder', undefined, undefined],
      ['bi_encoder', 'bi_encoder', undefined, undefined],
      ['virt_encoder', 'virt_encoder', 'teacher', 10],
    ])
  })
})

describe.each(['demo.yaml', 'demo-ablation.yaml'])('recipes/%s', (name) => {
  it('is on the demo data and cuts no text', () => {
    const pairs = Object.values(demoPairs()).flat()
    const longest = (side: 'premise' | 'hypothesis') =>
      2 + Math.max(...pairs.map((pair) => pair[side].split(' ').length)) // with [CLS] and [SEP]
    const [x, y] = [longest('premise'), longest('hypothesis')]
    for (const { config } of recipe(name).runs) {
      expect(config.data.dataset).toBe('demo')
      expect(config.data.xMaxLength).toBeGreaterThanOrEqual(x)
      expect(config.data.yMaxLength).toBeGreaterThanOrEqual(y)
    }
  })
})
