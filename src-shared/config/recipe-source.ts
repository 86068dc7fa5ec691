import { isMap, isPair, isScalar, LineCounter, parseDocument, type Document, type Node } from 'yaml'
import { UserError } from '../errors.ts'
import type { Path } from './schema-path.ts'

/** A recipe's text with what it says and where it says it. */
export interface RecipeSource {
  /** As it is shown in errors. */
  file: string
  value: unknown
  /** `file:line:column` of a field, or of the nearest one around it that is in the text. */
  locate(path: Path): string
  has(path: Path): boolean
}

/**
 * Parses YAML 1.2 (of which JSON is a part), with `<<` merge keys. Throws UserError with line and column
 * for text that is neither, and for a key given twice.
 */
export function readRecipeSource(text: string, file: string): RecipeSource {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, merge: true, prettyErrors: false })
  const [problem] = [...document.errors, ...document.warnings]
  if (problem) {
    const { line, col } = lines.linePos(problem.pos[0])
    throw new UserError(problem.message.replace(/\.$/, ''), {
      where: `${file}:${line}:${col}`,
      fix: 'A recipe is YAML or JSON; see docs/cli.md, "Recipes".',
    })
  }
  const position = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return `${file}:${line}:${col}`
  }
  return {
    file,
    value: document.toJS(),
    has: (path) => offsetOf(document, path) !== undefined,
    locate(path) {
      for (let length = path.length; length > 0; length--) {
        const offset = offsetOf(document, path.slice(0, length))
        if (offset !== undefined) return position(offset)
      }
      return position(document.contents?.range?.[0] ?? 0)
    },
  }
}

/** Where a field's key (or a list's item) begins. */
function offsetOf(document: Document, path: Path): number | undefined {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true)
  const key = path.at(-1)
  if (isMap(parent)) {
    const pair = parent.items.find(
      (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(key),
    )
    return (pair?.key as Node | undefined)?.range?.[0]
  }
  const item = document.getIn(path, true) as Node | undefined
  return item?.range?.[0]
}
