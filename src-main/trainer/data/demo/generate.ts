import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { demoPairs, demoWords, type DemoPair } from './pairs.ts'

/** Paths of the demo dataset's files. */
export interface DemoFiles {
  train: string
  dev: string
  test: string
  vocab: string
}

const specialTokens = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]']

/** Word pieces in the order of their ids. */
export function demoVocabulary(): string[] {
  return [...specialTokens, ...demoWords()]
}

/** The demo dataset's files by name: JSON Lines in SuperGLUE's layout, and a vocabulary of whole words. */
export function demoFileContents(): Record<string, string> {
  const { train, dev, test } = demoPairs()
  return {
    'train.jsonl': jsonLines(train),
    'dev.jsonl': jsonLines(dev),
    'test.jsonl': jsonLines(test),
    'vocab.txt': lines(demoVocabulary()),
  }
}

/**
 * Makes sure that the folder holds the demo dataset, byte for byte. A file that is there and right is left
 * alone; one that was changed is written anew, since a run on it would not be a demo run.
 */
export function ensureDemoDataset(folder: string): DemoFiles {
  mkdirSync(folder, { recursive: true })
  for (const [name, text] of Object.entries(demoFileContents())) {
    const path = join(folder, name)
    if (existsSync(path) && readFileSync(path, 'utf8') === text) continue
    // Renamed into place: two runs that start together never read half a file.
    const partial = `${path}.${process.pid}`
    writeFileSync(partial, text)
    renameSync(partial, path)
  }
  return {
    train: join(folder, 'train.jsonl'),
    dev: join(folder, 'dev.jsonl'),
    test: join(folder, 'test.jsonl'),
    vocab: join(folder, 'vocab.txt'),
  }
}

function jsonLines(pairs: DemoPair[]): string {
  return lines(pairs.map((pair) => JSON.stringify(pair)))
}

function lines(items: string[]): string {
  return items.map((item) => `${item}\n`).join('')
}
