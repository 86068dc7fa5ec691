import { inject, provide, type InjectionKey } from 'vue'

/** What a Field tells the control inside it. */
export interface FieldContext {
  id: string
  messageId: string
  invalid: () => boolean
  described: () => boolean
}

const key: InjectionKey<FieldContext> = Symbol('field')

export const provideField = (context: FieldContext) => provide(key, context)

/** Attributes for the control itself; empty outside a Field, where it needs `aria-label`. */
export function useFieldAttributes(): () => Record<string, string | undefined> {
  const field = inject(key, undefined)
  return () =>
    field
      ? {
          id: field.id,
          'aria-invalid': field.invalid() ? 'true' : undefined,
          'aria-describedby': field.described() ? field.messageId : undefined,
        }
      : {}
}

/** For groups and lists, which a `label for` does not reach: the id of the Field's label. */
export function useFieldLabelId(): string | undefined {
  const field = inject(key, undefined)
  return field && `${field.id}-label`
}
