import { isPlainObject } from '@shared/config/flatten.ts'
import { isAlias, isMap, isScalar, LineCounter, parseDocument, type Document } from 'yaml'

export type Path = readonly string[]

/** What a recipe's text says, as far as it says it; the core checks the rest. */
export interface RecipeContent {
  name: string
  seeds: unknown
  defaults: Record<string, unknown>
  /** In the text's order. */
  runs: Map<string, Record<string, unknown>>
}

export interface ReadRecipe {
  content: RecipeContent | undefined
  /** Why the text cannot be read at all. */
  syntax: { line: number; column: number; message: string } | undefined
}

export function readRecipe(yaml: string): ReadRecipe {
  const lines = new LineCounter()
  const document = parse(yaml, lines)
  const [problem] = document.errors
  if (problem) {
    const { line, col } = lines.linePos(problem.pos[0])
    return { content: undefined, syntax: { line, column: col, message: problem.message } }
  }
  const value: unknown = document.toJS()
  const { name, seeds, defaults, runs } = asObject(value)
  const entries = Object.entries(asObject(runs)).map(
    ([run, settings]) => [run, asObject(settings)] as const,
  )
  const content = {
    name: typeof name === 'string' ? name : '',
    seeds,
    defaults: asObject(defaults),
    runs: new Map(entries),
  }
  return { content, syntax: undefined }
}

const asObject = (value: unknown): Record<string, unknown> => (isPlainObject(value) ? value : {})

/** The value at a path; undefined where there is none. */
export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((node, key) => (isPlainObject(node) ? node[key] : undefined), value)
}

/** The text with this setting; comments and the order of what is there stay. */
export function setInRecipe(yaml: string, path: Path, value: unknown): string {
  return edit(yaml, (document) => {
    openUp(document, path)
    const flow = Array.isArray(value) && value.every((item) => typeof item !== 'object')
    document.setIn(path, document.createNode(value, { flow }))
  })
}

/**
 * The text without this setting, and without the mappings it leaves empty. A run stays, and so does a
 * distillation, which means something when it is empty.
 */
export function removeFromRecipe(yaml: string, path: Path): string {
  return edit(yaml, (document) => {
    if (!document.hasIn(path)) return
    document.deleteIn(path)
    const kept = path[0] === 'runs' ? 2 : 1
    for (let length = path.length - 1; length > kept; length--) {
      const parent = path.slice(0, length)
      const node = document.getIn(parent)
      if (!isMap(node) || node.items.length > 0 || parent.at(-2) === 'distillation') break
      document.deleteIn(parent)
    }
  })
}

/** Gives a run another name, and its students the new name of their teacher. */
export function renameRun(yaml: string, from: string, to: string): string {
  return edit(yaml, (document) => {
    const runs = document.get('runs')
    if (!isMap(runs)) return
    for (const pair of runs.items) {
      if (isScalar(pair.key) && String(pair.key.value) === from) pair.key.value = to
      if (isMap(pair.value) && pair.value.get('teacher') === from) pair.value.set('teacher', to)
    }
  })
}

function edit(yaml: string, change: (document: Document.Parsed) => void): string {
  const document = parse(yaml)
  change(document)
  return document.toString({ lineWidth: 100, flowCollectionPadding: true })
}

function parse(yaml: string, lineCounter?: LineCounter) {
  return parseDocument(yaml, {
    merge: true,
    prettyErrors: false,
    ...(lineCounter ? { lineCounter } : {}),
  })
}

/** `defaults:` without anything, or `*an-alias`, on the way to a setting becomes a mapping of its own. */
function openUp(document: Document.Parsed, path: Path): void {
  for (let length = 1; length < path.length; length++) {
    const at = path.slice(0, length)
    const node = document.getIn(at, true)
    if (node === undefined || isMap(node)) continue
    const value: unknown = isAlias(node) ? node.toJS(document) : {}
    document.setIn(at, document.createNode(value))
  }
}
