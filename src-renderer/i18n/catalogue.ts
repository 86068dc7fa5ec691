import { en } from './en/index.ts'
import { zh } from './zh/index.ts'

/** Same shape as the English messages, any text. A key that a translation lacks is a compile error. */
export type Translated<T> = {
  readonly [K in keyof T]: T[K] extends string ? string : Translated<T[K]>
}

export const locales = ['en', 'zh'] as const
export type Locale = (typeof locales)[number]

export type Messages = typeof en
export type Namespace = keyof Messages

export const catalogue: Record<Locale, Translated<Messages>> = { en, zh }

/** What `Intl` is asked for. */
export const localeTags: Record<Locale, string> = { en: 'en-GB', zh: 'zh-CN' }

/** Dotted paths of a namespace's texts: `form.title`. */
export type KeyOf<T> = T extends string
  ? never
  : {
      [K in keyof T & string]: T[K] extends string ? K : `${K}.${KeyOf<T[K]>}`
    }[keyof T & string]
