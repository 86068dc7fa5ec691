import type { AvailableField } from '@shared/contract/tables.ts'
import { useText } from '~/i18n/index.ts'

/** What a field is called: factors and settings by their own names. */
export function useFieldNames() {
  const t = useText('tables')
  return (field: string): string => {
    if (field.startsWith('factor.')) return field.slice('factor.'.length)
    if (field.startsWith('config.')) return field.slice('config.'.length)
    return t(`field.${field as 'model'}`)
  }
}

/** What varies stands first: it is what tables are made of. */
export const byUse = (a: AvailableField, b: AvailableField): number =>
  Number(b.distinct > 1) - Number(a.distinct > 1)
