import { createInterface } from 'node:readline'
import { refusalOf } from '../../child-refusal.ts'
import { activateBackend } from '../backends/index.ts'
import { encodeCorpus } from './encode-corpus.ts'
import { modelExporters } from './exporters/index.ts'
import { holdFolder } from './hold-folder.ts'
import { matchQueries, openIndex } from './match-queries.ts'
import { loadMatcher, rankTexts, type Matcher } from './matcher.ts'
import { useRequest, useSetup, type UseAnswer, type UseLine, type UseWork } from './protocol.ts'

/**
 * A process of its own that uses trained models: a request a line on stdin, its progress and answer on stdout
 * (protocol.ts), until stdin ends. The models used last stay loaded.
 */
const setup = useSetup.parse(JSON.parse(process.argv[2] ?? ''))
// Libraries print what they like; stdout is for the lines.
console.log = console.error
const print = (line: UseLine) =>
  new Promise<void>((done) => process.stdout.write(`${JSON.stringify(line)}\n`, () => done()))

/** Two models can be compared. */
const KEPT = 2
const loaded = new Map<string, Matcher>()

async function matcherOf(dir: string): Promise<Matcher> {
  const known = loaded.get(dir)
  const matcher = known ?? (await loadMatcher(dir))
  loaded.delete(dir)
  loaded.set(dir, matcher)
  for (const [oldest, model] of loaded) {
    if (loaded.size <= KEPT) break
    loaded.delete(oldest)
    model.dispose()
  }
  return matcher
}

async function answerOf(id: number, work: UseWork): Promise<UseAnswer> {
  const onProgress = (at: { done: number; total: number; etaSeconds: number | null }) =>
    void print({ kind: 'progress', id, ...at })
  switch (work.kind) {
    case 'export':
      return {
        kind: 'exported',
        files: await modelExporters[work.to].write(await matcherOf(work.dir), work.out),
      }
    case 'encode': {
      const matcher = await matcherOf(work.dir)
      return holdFolder(work.out, () => encodeCorpus(matcher, work, onProgress))
    }
    case 'match': {
      const manifest = await openIndex(work.index)
      const matcher = await matcherOf(work.dir ?? manifest.model.dir)
      return { kind: 'ranked', rankings: await matchQueries(matcher, manifest, work, onProgress) }
    }
    case 'rank': {
      const { dir, query, candidates, label } = work
      const isNew = !loaded.has(dir)
      const matcher = await matcherOf(dir)
      // The first pass of a model takes longer than any other; what is told is how long it takes in use.
      if (isNew) await rankTexts(matcher, query, candidates.slice(0, 32), label)
      const ranking = await rankTexts(matcher, query, candidates, label)
      return { kind: 'ranked', rankings: [ranking] }
    }
  }
}

// Whoever asked is gone, killed perhaps: work that goes on would meet the next call's in the same folder.
process.stdin.once('end', () => process.exit(0))

let active: Promise<unknown> | undefined
for await (const line of createInterface({ input: process.stdin })) {
  const { id, work } = useRequest.parse(JSON.parse(line))
  try {
    active ??= activateBackend(setup.backend, setup.backendsDir)
    await active
    await print({ kind: 'answer', id, answer: await answerOf(id, work) })
  } catch (error) {
    await print({ id, ...refusalOf(error) })
  }
}
// Native libraries may keep the process alive.
process.exit(0)
