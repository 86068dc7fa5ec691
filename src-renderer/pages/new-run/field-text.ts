import { locale } from '~/i18n/index.ts'
import { lookUp } from '~/i18n/translate.ts'
import type { FormField } from './form-fields.ts'

/** A setting's name on screen; one the catalogue does not know goes by its path. */
export function labelOf(path: string): string {
  return textOf(`field.${path}`) ?? path
}

/** What the setting does: the schema's own words in English, the catalogue's in other languages. */
export function hintOf({ path, description }: FormField): string {
  return textOf(`hint.${path}`) || description
}

function textOf(key: string): string | undefined {
  const text = lookUp(locale.value, 'newRun', key)
  return text === key ? undefined : text
}
