import {
  distillationNames,
  distillationNeeds,
  wantedDistillations,
  type DistillationName,
  type VirtConfig,
} from './distillation.ts'
import {
  checkStudentType,
  checkTeacherType,
  fitDistillation,
  tooManyHeads,
  type DistillationProblem,
  type ModelShape,
} from './fit-distillation.ts'
import { encoderSizes, largestSplit, towerLayers } from './model.ts'
import type { RunConfig } from './run.ts'
import type { Path } from './schema-path.ts'
import { suggest } from './suggest.ts'

export interface RunInRecipe {
  teacher: string | undefined
  config: RunConfig
}

export interface PlanProblem {
  run: string
  path: Path
  message: string
  fix: string | undefined
  /**
   * This model cannot have what is asked of it, whatever else is changed: in a grid, where it comes from
   * combining levels, the cell is left out and says so.
   */
  inapplicable?: true
}

/**
 * What no single setting shows: who teaches whom, and whether they fit. Told before the teacher is
 * trained, not after.
 */
export function checkPlan(runs: Map<string, RunInRecipe>): PlanProblem[] {
  const problems = [...runs].flatMap(([run, { config }]) => checkAlone(run, config))
  for (const [run, student] of runs) {
    const problem = checkTeacher(run, student, runs)
    if (problem) problems.push(problem)
  }
  return problems
}

function checkAlone(run: string, config: RunConfig): PlanProblem[] {
  const problems: PlanProblem[] = []
  if (config.data.dataset === 'files' && !config.data.train) {
    problems.push({
      run,
      path: ['data', 'train'],
      message: 'there is nothing to train on',
      fix: 'Name a file in data.train.path, or set data.dataset: demo.',
    })
  }
  const { pretrained, vocab } = config.model
  if (config.data.dataset === 'files' && pretrained === undefined && vocab === undefined) {
    problems.push({
      run,
      path: ['model', 'vocab'],
      message: 'there is no vocabulary',
      fix: 'Name a WordPiece vocab.txt in model.vocab, or start from a folder: model.pretrained.',
    })
  }
  for (const name of wantedDistillations(config.distillation)) {
    const found = checkStudentType(name, config.model.type)
    if (found) problems.push(atDistillation(run, name, found))
  }
  const selection = checkSelection(run, config)
  if (selection) problems.push(selection)
  const query = checkQuery(run, config)
  if (query) problems.push(query)
  const split = checkSplit(run, config)
  if (split) problems.push(split)
  return problems
}

/** Some metrics need to be told what labels mean. */
function checkSelection(run: string, { training, data }: RunConfig): PlanProblem | undefined {
  const { selectBy } = training
  const at = (needs: string, fix: string) => ({
    run,
    path: ['training', 'selectBy'],
    message: `${selectBy} needs ${needs}`,
    fix,
  })
  if (/^(pearson|spearman)$/.test(selectBy) && data.scale !== 'ordinal') {
    return at('labels that are scores', 'Set data.scale: ordinal, or choose another metric.')
  }
  if (/^(mrr|map|ndcg)$/.test(selectBy) && data.rankBy === undefined) {
    return at('queries', 'Say what they are in data.rankBy: x, y or column.')
  }
  return undefined
}

function checkQuery(run: string, { data }: RunConfig): PlanProblem | undefined {
  if (data.rankBy !== 'column') return undefined
  const parts = (['dev', 'test'] as const).filter((part) => data[part])
  const cut = data.dev ? [] : (['train'] as const) // dev is cut from it
  const missing = [...cut, ...parts].find((part) => data[part]?.columns?.query === undefined)
  if (missing === undefined) return undefined
  return {
    run,
    path: ['data', 'rankBy'],
    message: `data.${missing} names no column of queries`,
    fix: `Name it in data.${missing}.columns.query, or rank by x or y.`,
  }
}

/** Of an encoder from scratch the depth is known already; of a pretrained one the trainer knows it. */
function checkSplit(run: string, { model }: RunConfig): PlanProblem | undefined {
  if (model.pretrained !== undefined || model.splitLayer === undefined) return undefined
  const depth = encoderSizes[model.size].numHiddenLayers
  const largest = largestSplit[model.type]?.(depth)
  if (largest === undefined || model.splitLayer <= largest) return undefined
  return {
    run,
    path: ['model', 'splitLayer'],
    message: `a ${model.type} of ${depth} layers cannot have ${model.splitLayer} of them apart`,
    fix: `Choose a layer from 1 to ${largest}, or a deeper encoder.`,
  }
}

/** A problem of one distillation, where it stands. */
function atDistillation(
  run: string,
  name: DistillationName,
  { setting, message, fix }: DistillationProblem,
): PlanProblem {
  const path = ['distillation', name, ...(setting === undefined ? [] : [setting])]
  return { run, path, message, fix, ...(setting === undefined ? { inapplicable: true } : {}) }
}

function checkTeacher(
  run: string,
  { teacher, config }: RunInRecipe,
  runs: Map<string, RunInRecipe>,
): PlanProblem | undefined {
  const wanted = wantedDistillations(config.distillation)
  const [first] = wanted
  const at = (path: Path, message: string, fix?: string) => ({ run, path, message, fix })
  if (teacher === undefined) {
    if (first === undefined) return undefined
    const kind = wanted.some((name) => distillationNeeds[name].of === 'cross')
      ? 'a cross_encoder run'
      : 'a run'
    return at(
      ['distillation', first],
      'distillation needs a teacher',
      `Add \`teacher: NAME\`, ${kind} of this recipe.`,
    )
  }
  const teaching = runs.get(teacher)
  if (!teaching) {
    const meant = suggest(teacher, [...runs.keys()])
    return at(
      ['teacher'],
      `no run of this recipe is called "${teacher}"`,
      meant ? `Did you mean "${meant}"?` : `Its runs: ${[...runs.keys()].join(', ')}.`,
    )
  }
  const cycle = findCycle(run, runs)
  if (cycle) return at(['teacher'], `runs teach each other in a circle: ${cycle.join(' → ')}`)
  if (first === undefined) {
    return at(
      ['teacher'],
      'this run has a teacher but learns nothing from it',
      `Add \`distillation: { virt: {} }\` (or ${distillationNames.slice(1).join(', ')}), or take the teacher away.`,
    )
  }
  for (const name of wanted) {
    const found = checkTeacherType(name, teaching.config.model.type, `"${teacher}"`)
    if (found) return at(['teacher'], found.message, found.fix)
  }
  return checkShapes(run, config, teacher, teaching.config)
}

/** Of encoders from scratch the shapes are known already; of pretrained ones the trainer knows them. */
function checkShapes(
  run: string,
  student: RunConfig,
  teacherName: string,
  teacher: RunConfig,
): PlanProblem | undefined {
  if (student.model.pretrained !== undefined || teacher.model.pretrained !== undefined) {
    return undefined
  }
  const sizes = `"${run}" is ${student.model.size}, "${teacherName}" is ${teacher.model.size}`
  for (const name of wantedDistillations(student.distillation)) {
    const found = checkStudentType(name, student.model.type)
      ? [] // told already
      : fitDistillation(name, student.distillation, shapeOf(student), shapeOf(teacher))
    if (Array.isArray(found)) continue
    if (!found.isSize) return atDistillation(run, name, found)
    const message = `${found.message} (${sizes})`
    return { run, path: ['model', 'size'], message, fix: found.fix, inapplicable: true }
  }
  const { virt } = student.distillation
  return virt
    ? checkHeads(run, virt, encoderSizes[student.model.size].numAttentionHeads)
    : undefined
}

function checkHeads(run: string, { heads }: VirtConfig, there: number): PlanProblem | undefined {
  const message = tooManyHeads(heads, there)
  if (message === undefined) return undefined
  return { run, path: ['distillation', 'virt', 'heads'], message, fix: `There are ${there}.` }
}

function shapeOf({ model }: RunConfig): ModelShape {
  const { numHiddenLayers, numAttentionHeads, hiddenSize } = encoderSizes[model.size]
  return {
    type: model.type,
    layers: numHiddenLayers,
    towerLayers: towerLayers[model.type](numHiddenLayers, model),
    heads: numAttentionHeads,
    hiddenSize,
  }
}

function findCycle(start: string, runs: Map<string, RunInRecipe>): string[] | undefined {
  const path = [start]
  let next = runs.get(start)?.teacher
  while (next !== undefined && !path.includes(next)) {
    path.push(next)
    next = runs.get(next)?.teacher
  }
  return next === start ? [...path, start] : undefined
}
