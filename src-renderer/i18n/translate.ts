import { catalogue, localeTags, type Locale } from './catalogue.ts'

export type MessageValues = Record<string, string | number>

/**
 * Fills in a message. `{name}` is replaced by its value. A message of two forms parted by ` | ` is
 * "one | many"; the value named `n` decides, by the language's own plural rules (Chinese has one form).
 */
export function fill(message: string, locale: Locale, values: MessageValues = {}): string {
  const forms = message.split(' | ')
  let text = message
  if (forms.length === 2) {
    const n = Number(values.count ?? values.n ?? 0)
    text = pluralRules(locale).select(n) === 'one' ? (forms[0] ?? '') : (forms[1] ?? '')
  }
  return text.replaceAll(/\{(\w+)\}/g, (placeholder, name: string) =>
    name in values ? String(values[name]) : placeholder,
  )
}

/** The message at `namespace.path`, or the path itself: never `undefined` on screen. */
export function lookUp(locale: Locale, namespace: string, path: string): string {
  let node: unknown = catalogue[locale]
  for (const part of [namespace, ...path.split('.')]) {
    if (typeof node !== 'object' || node === null) return path
    node = (node as Record<string, unknown>)[part]
  }
  return typeof node === 'string' ? node : path
}

const rules = new Map<Locale, Intl.PluralRules>()

function pluralRules(locale: Locale): Intl.PluralRules {
  const known = rules.get(locale) ?? new Intl.PluralRules(localeTags[locale])
  rules.set(locale, known)
  return known
}
