import { encoderSizes } from './model.ts'
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
      path: ['model'],
      message: 'there is no vocabulary',
      fix: 'Name a WordPiece vocab.txt in model.vocab, or start from a folder: model.pretrained.',
    })
  }
  if (config.distillation.virt && config.model.type === 'cross_encoder') {
    problems.push({
      run,
      path: ['distillation', 'virt'],
      message: 'a cross_encoder reads X and Y together and has no virtual interaction to distil',
      fix: 'Give it to a student with towers (bi_encoder, sbert, virt_encoder).',
      inapplicable: true,
    })
  }
  return problems
}

function checkTeacher(
  run: string,
  { teacher, config }: RunInRecipe,
  runs: Map<string, RunInRecipe>,
): PlanProblem | undefined {
  const distils = config.distillation.virt !== undefined
  const at = (path: Path, message: string, fix?: string) => ({ run, path, message, fix })
  if (teacher === undefined) {
    if (!distils) return undefined
    return at(
      ['distillation', 'virt'],
      'distillation needs a teacher',
      'Add `teacher: NAME`, a cross_encoder run of this recipe.',
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
  if (!distils) {
    return at(
      ['teacher'],
      'this run has a teacher but learns nothing from it',
      'Add `distillation: { virt: {} }`, or take the teacher away.',
    )
  }
  if (teaching.config.model.type !== 'cross_encoder') {
    return at(
      ['teacher'],
      `"${teacher}" is a ${teaching.config.model.type}; VIRT needs the cross-attention of a cross_encoder`,
    )
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
  const own = encoderSizes[student.model.size]
  const theirs = encoderSizes[teacher.model.size]
  const sizes = `"${run}" is ${student.model.size}, "${teacherName}" is ${teacher.model.size}`
  if (own.numAttentionHeads !== theirs.numAttentionHeads) {
    return {
      run,
      path: ['model', 'size'],
      message: `VIRT matches heads one to one, but there are ${own.numAttentionHeads} and ${theirs.numAttentionHeads} (${sizes})`,
      fix: 'Choose sizes with equally many heads.',
    }
  }
  const layerMap = student.distillation.virt?.layerMap
  if (own.numHiddenLayers !== theirs.numHiddenLayers && !layerMap) {
    return {
      run,
      path: ['model', 'size'],
      message: `the student has ${own.numHiddenLayers} layers and its teacher ${theirs.numHiddenLayers} (${sizes})`,
      fix: 'Say which teacher layer teaches which: distillation.virt.layerMap.',
    }
  }
  return undefined
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
