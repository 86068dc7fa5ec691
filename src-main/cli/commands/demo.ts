import { join } from 'node:path'
import type { Command } from 'commander'
import { layout } from '../../layout.ts'
import { loadRecipe, type RecipeFlags } from '../../recipe/load-recipe.ts'
import { parseSeeds, trainRecipe } from '../train-recipe.ts'

/** `virtlab demo` */
export function addDemo(program: Command): void {
  program
    .command('demo')
    .description('Train teacher, bi_encoder and virt_encoder on the demo data and compare them.')
    .option('--seeds <list>', 'e.g. 1,2,3', parseSeeds)
    .option('--backend <name>', 'default: the best that is usable here')
    .action(async (options: RecipeFlags, command: Command) => {
      await trainRecipe(command, loadRecipe(join(layout.recipes, 'demo.yaml'), options))
    })
}
