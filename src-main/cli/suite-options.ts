import { InvalidArgumentError, Option, type Command } from 'commander'
import { encoderSizes, modelTypes, type ModelType } from '../../src-shared/config/model.ts'
import { backendChoice } from '../../src-shared/config/run.ts'
import { suggest } from '../../src-shared/config/suggest.ts'
import type { PresetOptions } from '../../src-shared/suite.ts'
import type { RecipeFlags } from '../recipe/load-recipe.ts'
import { parseSeeds } from './train-recipe.ts'

export type SuiteFlags = PresetOptions & RecipeFlags

/** What shapes a preset or changes a recipe; the same for `suite run` and `suite show`. */
export function addSuiteOptions(command: Command): Command {
  return command
    .option('--data <data>', 'demo, a file of pairs, a recipe’s name or file (default: demo)')
    .option('--seeds <n or list>', '5: seeds 1 to 5; 1,3,7: these (default: 3)', parseSeedCount)
    .option('--pretrained <folder>', 'BERT folder that teacher and students start from')
    .addOption(
      new Option('--size <size>', 'encoder without one').choices(Object.keys(encoderSizes)),
    )
    .option('--vocab <file>', 'vocab.txt of an encoder without a folder')
    .option('--students <list>', `some of ${modelTypes.slice(1).join(', ')}`, parseStudents)
    .option('--alpha <number>', 'weight of VIRT', positive)
    .option('--steps <n>', 'optimizer steps of every run', wholeNumber)
    .option('--teacher-steps <n>', '… of the teacher', wholeNumber)
    .option('--epochs <number>', 'passes over the data, of every run', positive)
    .option('--backend <name>', `${backendChoice.options.join(' | ')}, for every run`)
    .option('--set <path=value>', 'change a setting of every run; repeatable', collect)
    .option('--only <cell>', 'this cell or run and the teacher it needs; repeatable', collect)
}

/** `5`: the seeds 1 to 5; `1,3,7`: these; `7,`: only 7. */
function parseSeedCount(text: string): number[] {
  if (text.includes(',')) return parseSeeds(text.replace(/,$/, ''))
  const count = wholeNumber(text)
  return Array.from({ length: count }, (_, i) => i + 1)
}

function parseStudents(text: string): ModelType[] {
  return text.split(',').map((part) => {
    const name = part.trim()
    const type = modelTypes.find((one) => one === name)
    if (type && type !== 'cross_encoder') return type
    const meant = suggest(name, modelTypes)
    throw new InvalidArgumentError(
      meant && type === undefined ? `Did you mean "${meant}"?` : `"${name}" is no student.`,
    )
  })
}

function wholeNumber(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value) || value < 1) {
    throw new InvalidArgumentError('A whole number from 1 is wanted.')
  }
  return value
}

function positive(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value) || value < 0) {
    throw new InvalidArgumentError('A number is wanted.')
  }
  return value
}

const collect = (value: string, before: string[] = []): string[] => [...before, value]
