import {
  distillationNeeds,
  type DistillationConfig,
  type DistillationName,
  type LayerChoice,
  type VirtConfig,
} from './distillation.ts'
import { matchLayers, type Depth, type LayerPair } from './match-layers.ts'
import { modelTypes, type ModelType } from './model.ts'

/** What distillations ask of a model. */
export interface ModelShape {
  type: ModelType
  layers: number
  /** Layers, from the first, that read X and Y apart. */
  towerLayers: number
  heads: number
  hiddenSize: number
}

export interface DistillationProblem {
  /** Which setting of `distillation.<name>`; undefined: it as a whole. */
  setting: 'layers' | 'layerMap' | undefined
  /** The two models' sizes, rather than any setting of the distillation. */
  isSize: boolean
  message: string
  fix: string
}

const problem = (message: string, fix: string, isSize = false): DistillationProblem => ({
  setting: undefined,
  isSize,
  message,
  fix,
})

const withTowers = modelTypes.filter((type) => type !== 'cross_encoder').join(', ')

/** Why a model of this type cannot learn so at all; undefined: it can. */
export function checkStudentType(
  name: DistillationName,
  type: ModelType,
): DistillationProblem | undefined {
  if (distillationNeeds[name].of !== 'cross' || type !== 'cross_encoder') return undefined
  return problem(
    `a ${type} reads X and Y together and has no virtual interaction to distil`,
    `Leave distillation.${name} out, or give it to a student with towers (${withTowers}).`,
  )
}

/** Why a model of this type cannot teach so. @param who as it is called, e.g. `"teacher"` */
export function checkTeacherType(
  name: DistillationName,
  type: ModelType,
  who: string,
): DistillationProblem | undefined {
  const { of, title } = distillationNeeds[name]
  if (of !== 'cross' || type === 'cross_encoder') return undefined
  return problem(
    `${who} is a ${type}; ${title} needs the cross-attention of a cross_encoder`,
    `Name a cross_encoder as teacher, or leave distillation.${name} out.`,
  )
}

/**
 * The pairs of layers that a distillation compares (none where it looks at answers alone), or why the two models do
 * not fit.
 */
export function fitDistillation(
  name: DistillationName,
  settings: DistillationConfig,
  student: ModelShape,
  teacher: ModelShape,
): LayerPair[] | DistillationProblem {
  const { of, title } = distillationNeeds[name]
  const layerSettings = settings[name]
  if (layerSettings === undefined || !comparesLayers(layerSettings)) return []
  const wrongType =
    checkStudentType(name, student.type) ?? checkTeacherType(name, teacher.type, 'the teacher')
  if (wrongType) return wrongType
  if (of === 'cross' && student.heads !== teacher.heads) {
    return problem(
      `${title} matches heads one to one, but there are ${student.heads} and ${teacher.heads}`,
      'Choose encoders with equally many heads a layer.',
      true,
    )
  }
  if (of === 'states' && student.hiddenSize !== teacher.hiddenSize) {
    return problem(
      `hidden states are compared number by number, but they are ${student.hiddenSize} and ${teacher.hiddenSize} wide`,
      'Choose encoders of the same width; depths may differ.',
      true,
    )
  }
  const pairs = matchLayers(layerSettings, depthOf(of, student), depthOf('states', teacher))
  return Array.isArray(pairs) ? pairs : { ...pairs, isSize: false }
}

/** Cross-attention can be learnt where X and Y are apart, states where every token is kept. */
function depthOf(of: 'cross' | 'states' | 'answers', model: ModelShape): Depth {
  const keepsTokens = model.type === 'dipair' ? model.towerLayers : model.layers
  return { layers: model.layers, usable: of === 'cross' ? model.towerLayers : keepsTokens }
}

/** What is wrong with VIRT's choice of heads where a layer has this many; undefined: nothing. */
export function tooManyHeads(choice: VirtConfig['heads'], heads: number): string | undefined {
  if (choice === 'all') return undefined
  if (typeof choice !== 'string') {
    const missing = choice.find((head) => head > heads)
    return missing === undefined ? undefined : `a layer has ${heads} heads, not ${missing}`
  }
  const wanted = Number(choice.split(' ')[1])
  return wanted > heads ? `a layer has ${heads} heads, fewer than ${wanted}` : undefined
}

const comparesLayers = (
  settings: object,
): settings is { layers: LayerChoice; layerMap?: number[] } => 'layers' in settings
