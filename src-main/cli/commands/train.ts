import type { Command } from 'commander'
import { stringify } from 'yaml'
import { backendChoice } from '../../../src-shared/config/run.ts'
import { UserError } from '../../../src-shared/errors.ts'
import { loadRecipe, type LoadedRecipe, type RecipeFlags } from '../../recipe/load-recipe.ts'
import { formatTable } from '../table.ts'
import { parseSeeds, trainRecipe } from '../train-recipe.ts'
import { resumeRuns } from './resume.ts'

interface TrainOptions extends RecipeFlags {
  dryRun?: boolean
  resume?: string
}

/** `virtlab train recipe.yaml` */
export function addTrain(program: Command): void {
  program
    .command('train')
    .description('Train the runs of a recipe: teachers once, then their students.')
    .argument('[recipe]', 'YAML or JSON file; docs/cli.md, "Recipes"')
    .option('--seeds <list>', 'train every run with each of these, e.g. 1,2,3', parseSeeds)
    .option('--backend <name>', `${backendChoice.options.join(' | ')}, for every run`)
    .option('--set <path=value>', 'change a setting of every run; repeatable', collect)
    .option('--only <run>', 'this run and the teachers it needs; repeatable', collect)
    .option('--dry-run', 'print the plan and every run’s whole configuration, train nothing')
    .option('--resume <run>', 'go on with a stopped or crashed run (the same as `virtlab resume`)')
    .action(async (path: string | undefined, options: TrainOptions, command: Command) => {
      if (options.resume !== undefined) {
        if (path !== undefined) {
          throw new UserError('a resumed run brings its own configuration', {
            where: '--resume',
            fix: `Leave the recipe away: virtlab resume ${options.resume}`,
          })
        }
        await resumeRuns(command, [options.resume])
        return
      }
      if (path === undefined) {
        throw new UserError('which recipe?', { fix: 'virtlab train recipe.yaml' })
      }
      const recipe = loadRecipe(path, options)
      if (options.dryRun) console.log(describePlan(recipe))
      else await trainRecipe(command, recipe)
    })
}

function describePlan(recipe: LoadedRecipe): string {
  const plan = formatTable(
    [
      { title: '#', value: ({ i }) => String(i + 1), align: 'right' },
      { title: 'run', value: ({ run }) => run.name },
      { title: 'seed', value: ({ run }) => String(run.seed), align: 'right' },
      { title: 'model', value: ({ run }) => run.config.model.type },
      { title: 'teacher', value: ({ run }) => run.teacher ?? '–' },
      { title: 'backend', value: ({ run }) => run.config.backend },
    ],
    recipe.runs.map((run, i) => ({ run, i })),
  )
  const configs = new Map(recipe.runs.map(({ name, config }) => [name, config]))
  return `${recipe.name}: ${recipe.runs.length} runs\n\n${plan}\n\n${stringify(Object.fromEntries(configs), { aliasDuplicateObjects: false })}`
}

const collect = (value: string, before: string[] = []): string[] => [...before, value]
