import { shallowRef } from 'vue'
import type { KeyOf, Locale, Messages, Namespace } from './catalogue.ts'
import { fill, lookUp, type MessageValues } from './translate.ts'

export { locales, localeTags, type Locale } from './catalogue.ts'

/** The language everything is shown in; set through the settings store. */
export const locale = shallowRef<Locale>('en')

/**
 * A page's texts: `const t = useText('home')`, then `t('recent.title')` or `t('runs', { n: 3 })` in the
 * template. Reads `locale`, so whatever shows a text follows a change of language.
 */
export function useText<N extends Namespace>(namespace: N) {
  return (key: KeyOf<Messages[N]>, values?: MessageValues): string =>
    fill(lookUp(locale.value, namespace, key), locale.value, values)
}
