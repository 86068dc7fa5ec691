import type { z } from 'zod'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { recipe as recipeSchema, type Recipe } from '../../../src-shared/config/recipe.ts'
import { readRecipeSource } from '../../../src-shared/config/recipe-source.ts'
import type { Preset } from '../../../src-shared/contract/recipe.ts'
import { layout } from '../../layout.ts'
import { recipeToYaml } from '../../recipe/write-yaml.ts'

/** The paper's way to train (virt-paper.md, §4): the same settings for teacher, baseline and student. */
const paperDefaults = {
  data: { xMaxLength: 130, yMaxLength: 130 },
  training: { epochs: 6, batchSize: 32, learningRate: 5e-5, warmupRatio: 0.1 },
}

const teacher = { model: { type: 'cross_encoder' } }
const virt = { alpha: 0.4 }

/** Beginnings that want data, and a BERT folder, from the user. */
const builtIn: {
  id: string
  title: string
  summary: string
  recipe: z.input<typeof recipeSchema>
}[] = [
  {
    id: 'virt',
    title: 'VIRT: teacher, baseline, student',
    summary:
      'A cross_encoder teacher, a bi_encoder without it and a virt_encoder that learns its attention (paper, table 2).',
    recipe: {
      name: 'virt',
      seeds: [1],
      defaults: paperDefaults,
      runs: {
        teacher,
        bi_encoder: { model: { type: 'bi_encoder' } },
        virt_encoder: {
          teacher: 'teacher',
          model: { type: 'virt_encoder' },
          distillation: { virt },
        },
      },
    },
  },
  {
    id: 'virt-ablation',
    title: 'What of VIRT helps',
    summary:
      'Distillation and the matching layer alone and together, on one teacher (paper, ablation).',
    recipe: {
      name: 'virt-ablation',
      seeds: [1, 2, 3],
      defaults: paperDefaults,
      runs: {
        teacher,
        bi_encoder: { model: { type: 'bi_encoder' } },
        bi_encoder_distilled: {
          teacher: 'teacher',
          model: { type: 'bi_encoder' },
          distillation: { virt },
        },
        virt_encoder_alone: { model: { type: 'virt_encoder' } },
        virt_encoder: {
          teacher: 'teacher',
          model: { type: 'virt_encoder' },
          distillation: { virt },
        },
      },
    },
  },
  {
    id: 'cross-encoder',
    title: 'One cross_encoder',
    summary: 'Reads both texts together: the most accurate and the slowest. A teacher for later.',
    recipe: {
      name: 'cross-encoder',
      seeds: [1],
      defaults: paperDefaults,
      runs: { cross_encoder: teacher },
    },
  },
  {
    id: 'sbert',
    title: 'Two towers: bi_encoder and sbert',
    summary: 'Students without a teacher, for comparison: texts meet only at the end.',
    recipe: {
      name: 'two-towers',
      seeds: [1],
      defaults: paperDefaults,
      runs: {
        bi_encoder: { model: { type: 'bi_encoder' } },
        sbert: { model: { type: 'sbert' } },
      },
    },
  },
]

/** Of shipped recipes, where the file's first comment does not say it for this purpose. */
const shippedTexts: Record<string, { title: string; summary: string }> = {
  demo: {
    title: 'Demo',
    summary:
      'A teacher, a bi_encoder and a virt_encoder on generated data whose alignment is known: minutes on a laptop.',
  },
}

/** The recipes that ship (the demo first), then the beginnings above. */
export function listPresets(): Preset[] {
  const shipped = readdirSync(layout.recipes)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => shippedPreset(name))
    .sort((a, b) => Number(b.id === 'demo') - Number(a.id === 'demo'))
  const made = builtIn.map(({ recipe: input, ...preset }): Preset => {
    const recipe = recipeSchema.parse(input)
    return { ...preset, ready: false, folder: null, recipe, yaml: recipeToYaml(recipe) }
  })
  return [
    ...shipped.filter(({ ready }) => ready),
    ...made,
    ...shipped.filter(({ ready }) => !ready),
  ]
}

function shippedPreset(fileName: string): Preset {
  const yaml = readFileSync(join(layout.recipes, fileName), 'utf8')
  const recipe = recipeSchema.parse(readRecipeSource(yaml, fileName).value)
  const comment = yaml
    .split('\n')
    .slice(
      0,
      yaml.split('\n').findIndex((line) => !line.startsWith('#')),
    )
    .map((line) => line.replace(/^#\s?/, ''))
    .join('\n')
  const [summary = ''] = comment.split('\n\n')
  return {
    id: fileName.replace(/\.yaml$/, ''),
    title: recipe.name,
    summary: summary.replaceAll('\n', ' ').trim(),
    ...shippedTexts[recipe.name],
    ready: usesDemoData(recipe),
    folder: layout.recipes,
    recipe,
    yaml,
  }
}

function usesDemoData({ defaults }: Recipe): boolean {
  const { data } = defaults
  return typeof data === 'object' && data !== null && 'dataset' in data && data.dataset === 'demo'
}
