import { dataSource, type DataConfig } from '../../../../src-shared/config/data.ts'
import { UserError } from '../../../../src-shared/errors.ts'
import { ensureDemoDataset } from './generate.ts'
import { demoLabels } from './pairs.ts'

/**
 * A configuration that asks for the demo dataset, with its files filled in; they are generated where the
 * folder lacks them.
 * @throws UserError where the configuration names files of its own as well
 */
export function demoSources(
  config: DataConfig,
  folder: string,
): { config: DataConfig; vocabPath: string } {
  for (const part of ['train', 'dev', 'test'] as const) {
    if (!config[part]) continue
    throw new UserError('the demo dataset brings its own files', {
      where: `data.${part}`,
      fix: 'leave it out, or set data.dataset: files',
    })
  }
  const files = ensureDemoDataset(folder)
  const source = (path: string) => dataSource.parse({ path, preset: 'superglue' })
  return {
    config: {
      ...config,
      train: source(files.train),
      dev: source(files.dev),
      test: source(files.test),
      labels: config.labels ?? [...demoLabels],
    },
    vocabPath: files.vocab,
  }
}
