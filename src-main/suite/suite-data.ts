import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { isPlainObject } from '../../src-shared/config/flatten.ts'
import { mergePatch } from '../../src-shared/config/merge.ts'
import { encoderSizes, type ModelConfig } from '../../src-shared/config/model.ts'
import { readRecipeSource } from '../../src-shared/config/recipe-source.ts'
import { suggest } from '../../src-shared/config/suggest.ts'
import { UserError } from '../../src-shared/errors.ts'
import { layout } from '../layout.ts'
import type { Settings } from './presets/preset.ts'

/** A dataset, and the settings that a preset trains with on it. */
export interface SuiteData {
  /** Behind the preset's name: `ablation-demo`. */
  name: string
  /** Shared by all runs; paths in it are absolute. */
  defaults: Settings
  /** Over the defaults, for the teacher. */
  teacher: Settings
  /** Weight of VIRT that suits it. */
  alpha: number
}

/** virt-paper.md §2 and §4. */
const paper = {
  defaults: { training: { epochs: 6, batchSize: 32, learningRate: 5e-5, warmupRatio: 0.1 } },
  alpha: 0.4,
}

/**
 * The demo's (docs/demo-dataset.md): from scratch on little data, so not the paper's. Fresh weights start at
 * 1/√hidden, which is what lets narrow models learn at all; the teacher gets more steps than its students.
 */
function demo(size: ModelConfig['size']): SuiteData {
  const { hiddenSize } = encoderSizes[size]
  return {
    name: 'demo',
    defaults: {
      model: {
        size,
        initializerRange: Math.round(100 / Math.sqrt(hiddenSize)) / 100,
        dropout: 0,
        pooling: 'mean',
      },
      data: { dataset: 'demo', xMaxLength: 16, yMaxLength: 16 },
      training: {
        batchSize: 32,
        learningRate: 7e-4,
        epochs: 3,
        maxSteps: 300,
        evalEvery: 100,
        evalBatchSize: 100,
      },
    },
    teacher: { training: { maxSteps: 750, epochs: 6, evalEvery: 125 } },
    alpha: 10,
  }
}

const datasetFile = /\.(tsv|csv|jsonl|ndjson|json|parquet|txt)$/i

/**
 * What `--data` names: `demo`; a recipe that ships (`mrpc`) or a file of one, whose data and training
 * settings are taken; a YAML file or text with a `data` block; or a file of pairs, from which dev and
 * test are cut. Throws UserError for anything else.
 * @param folder what relative paths are meant from
 */
export function resolveSuiteData(
  text: string,
  folder: string,
  size: ModelConfig['size'] = 'tiny',
): SuiteData {
  if (text === 'demo') return demo(size)
  if (text.trimStart().startsWith('{')) return fromYaml(text, '--data', 'data', { folder, size })
  const path = resolve(folder, text)
  const shipped = join(layout.recipes, `${text}.yaml`)
  if (!existsSync(path) && existsSync(shipped)) return fromFile(shipped, size)
  if (!existsSync(path)) {
    const names = ['demo', ...shippedData()]
    const meant = suggest(text, names)
    throw new UserError(`there is no dataset "${text}"`, {
      where: '--data',
      fix: meant
        ? `Did you mean "${meant}"?`
        : `Name a file of pairs or of YAML, or one of ${names.join(', ')}.`,
    })
  }
  if (/\.ya?ml$/i.test(path)) return fromFile(path, size)
  if (datasetFile.test(path)) {
    const data = { train: { path }, split: { devFraction: 0.1, testFraction: 0.1 } }
    return fromBlock({ data }, basename(path).replace(/\.[^.]+$/, ''), { folder, size })
  }
  throw new UserError('this is neither a file of pairs nor YAML', {
    where: `--data ${text}`,
    fix: 'TSV, CSV, JSON Lines and Parquet are read; docs/data.md',
  })
}

/** Recipes that ship with data of their own. */
export function shippedData(): string[] {
  return readdirSync(layout.recipes)
    .filter((name) => name.endsWith('.yaml') && !name.startsWith('demo'))
    .map((name) => name.replace(/\.yaml$/, ''))
}

interface From {
  /** What relative paths are meant from. */
  folder: string
  size: ModelConfig['size']
}

function fromFile(path: string, size: ModelConfig['size']): SuiteData {
  const name = basename(path).replace(/\.ya?ml$/i, '')
  return fromYaml(readFileSync(path, 'utf8'), path, name, { folder: dirname(path), size })
}

/** A recipe's defaults, or a block of data settings by itself. */
function fromYaml(text: string, file: string, name: string, from: From): SuiteData {
  const { value } = readRecipeSource(text, file)
  if (!isPlainObject(value)) throw noData(file)
  if (isPlainObject(value['defaults'])) return fromBlock(value['defaults'], name, from)
  if (isPlainObject(value['data'])) return fromBlock(value, name, from)
  if ('train' in value || 'dataset' in value) return fromBlock({ data: value }, name, from)
  throw noData(file)
}

const noData = (where: string): UserError =>
  new UserError('there are no data in this', {
    where,
    fix: 'Write `train: { path: train.tsv }`, as under `data` in a recipe.',
  })

function fromBlock(given: Settings, name: string, { folder, size }: From): SuiteData {
  const { data, training, model } = given
  const isDemo = isPlainObject(data) && data['dataset'] === 'demo'
  const base = isDemo ? demo(size) : { defaults: paper.defaults, teacher: {}, alpha: paper.alpha }
  return {
    ...base,
    name,
    defaults: mergePatch(base.defaults, {
      ...(model === undefined ? {} : { model }),
      data: withAbsolutePaths(data, folder),
      ...(training === undefined ? {} : { training }),
    }) as Settings,
  }
}

function withAbsolutePaths(data: unknown, folder: string): unknown {
  if (!isPlainObject(data)) return data
  return Object.fromEntries(
    Object.entries(data).map(([key, source]) => {
      const path = isPlainObject(source) ? source['path'] : undefined
      return typeof path === 'string'
        ? [key, { ...(source as object), path: resolve(folder, path) }]
        : [key, source]
    }),
  )
}
