import { readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { recipe as recipeSchema } from '../../../src-shared/config/recipe.ts'
import type { RecipeInput } from '../../../src-shared/contract/recipe.ts'
import { UserError } from '../../../src-shared/errors.ts'
import { trainedConfig } from '../../../src-shared/run-record.ts'
import { layout } from '../../layout.ts'
import { currentProvenance } from '../../provenance.ts'
import type { ApiContext, Handlers } from '../context.ts'
import { assertReadable } from '../files/allowed.ts'
import { readSettings } from '../settings.ts'
import { examineRecipe, type Examined } from './examine.ts'
import { listPresets } from './presets.ts'
import { recipeToYaml, writtenSettings } from '../../recipe/write-yaml.ts'

const maxRecipeBytes = 1_000_000

export function recipeHandlers({
  core,
  shell,
}: ApiContext): Handlers<
  'recipe.toYaml' | 'recipe.fromYaml' | 'recipe.presets' | 'recipe.open' | 'runs.clone'
> {
  const { runs, details, db } = core.store
  return {
    'recipe.toYaml': ({ recipe }) => ({ yaml: recipeToYaml(recipe) }),
    'recipe.fromYaml'({ yaml }) {
      const { recipe, problems } = examineRecipe(yaml, '/')
      // Whether files are there depends on the folder; train.plan looks at that.
      return {
        recipe,
        problems: problems.filter(({ message }) => !message.startsWith('there is no /')),
      }
    },
    'recipe.presets': () => ({ presets: listPresets() }),
    'recipe.open'({ path }) {
      assertReadable(path, shell, readSettings(db))
      const text = readFileSync(path, 'utf8')
      if (text.length > maxRecipeBytes) {
        throw new UserError('this file is too large for a recipe', { where: path })
      }
      return { yaml: text, folder: dirname(resolve(path)) }
    },
    'runs.clone'({ id, checkpointStep }) {
      const run = runs.get(id)
      const config = structuredClone(trainedConfig(run))
      if (checkpointStep !== undefined) {
        const checkpoint = details.checkpoints(run.key).find(({ step }) => step === checkpointStep)
        if (!checkpoint) {
          throw new UserError(`there is no checkpoint of step ${checkpointStep}`, {
            where: `run ${id}`,
          })
        }
        config.model.pretrained = join(core.runDir(id), checkpoint.path)
      }
      const teacher = run.teacherId === null ? undefined : runs.get(run.teacherId)
      const teacherName =
        teacher && (teacher.name === run.name ? `${teacher.name}-teacher` : teacher.name)
      const recipe = recipeSchema.parse({
        name: run.recipe ?? run.name,
        seeds: [run.seed],
        runs: {
          ...(teacher && teacherName
            ? { [asName(teacherName)]: writtenSettings(trainedConfig(teacher)) }
            : {}),
          [asName(run.name)]: {
            ...(teacherName ? { teacher: asName(teacherName) } : {}),
            ...writtenSettings(config),
          },
        },
      })
      return {
        name: run.name,
        config,
        teacher: teacher
          ? { id: teacher.id, name: asName(teacherName ?? ''), config: trainedConfig(teacher) }
          : null,
        yaml: recipeToYaml(recipe),
      }
    },
  }
}

/** A run may have been renamed to anything; a recipe's names are plain. */
const asName = (name: string): string => name.replaceAll(/[^\w.-]+/g, '-') || 'run'

export function trainHandlers(
  context: ApiContext,
): Handlers<'train.plan' | 'train.start' | 'demo.start'> {
  const { core, events, worker } = context

  function start(
    examined: Examined,
    text: string,
    path: string | null,
    reuse?: RecipeInput['reuse'],
  ) {
    const { recipe, runs, skipped, problems } = examined
    const [problem] = problems
    if (problem || !recipe) {
      const { message = 'this is no recipe', path: field = '', run, fix } = problem ?? {}
      throw new UserError(message, {
        where: [run, field].filter(Boolean).join(': ') || 'recipe',
        ...(fix === undefined || fix === null ? {} : { fix }),
      })
    }
    for (const [name, id] of Object.entries(reuse ?? {})) checkReuse(name, id, recipe.runs)
    const { runIds: ids } = core.queue.addRecipe({
      name: recipe.name,
      path,
      text,
      runs,
      skipped,
      provenance: currentProvenance(process.argv.slice(2)),
      reuse: ({ name }) => reuse?.[name],
    })
    events.emit('run.changed', { ids, what: 'created' })
    worker.announce()
    worker.kick()
    return { runs: ids }
  }

  function checkReuse(name: string, id: string, planned: Record<string, unknown>): void {
    const run = core.store.runs.get(id)
    const where = `run ${id} (${run.name})`
    if (!(name in planned)) throw new UserError(`the recipe has no run "${name}"`, { where })
    if (run.status !== 'completed') {
      throw new UserError(`it is ${run.status} and cannot teach`, {
        where,
        fix: 'Train it to its end first.',
      })
    }
  }

  return {
    'train.plan'(input) {
      const { problems, runs } = examineRecipe(textOf(input), input.folder)
      const reused = input.reuse ?? {}
      return { problems, runs: runs.filter(({ name }) => reused[name] === undefined) }
    },
    'train.start'(input) {
      const text = textOf(input)
      return start(examineRecipe(text, input.folder), text, null, input.reuse)
    },
    'demo.start'({ seeds, epochs }) {
      const path = join(layout.recipes, 'demo.yaml')
      const text = readFileSync(path, 'utf8')
      const examined = examineRecipe(text, layout.recipes)
      if (seeds === undefined && epochs === undefined) return start(examined, text, path)
      const { recipe } = examined
      if (!recipe) throw new Error('the demo recipe is broken')
      const training = {
        ...(recipe.defaults['training'] as object | undefined),
        ...(epochs === undefined ? {} : { epochs }),
      }
      const changed = recipeToYaml({
        ...recipe,
        seeds: seeds ?? recipe.seeds,
        defaults: { ...recipe.defaults, training },
      })
      return start(examineRecipe(changed, layout.recipes), changed, path)
    },
  }
}

function textOf({ yaml, recipe }: RecipeInput): string {
  if (yaml !== undefined) return yaml
  if (recipe) return recipeToYaml(recipe)
  throw new UserError('there is no recipe', { fix: 'Give `yaml` or `recipe`.' })
}
