export interface Option<T extends string | number = string> {
  value: T
  label: string
  /** At the right edge: a count, a unit. */
  detail?: string | undefined
  disabled?: boolean | undefined
}
