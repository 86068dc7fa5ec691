import { describe, expect, test } from 'vitest'
import { flatten } from '../../src-shared/config/flatten.ts'
import { en } from '../../src-renderer/i18n/en/index.ts'
import { fill, lookUp } from '../../src-renderer/i18n/translate.ts'
import { zh } from '../../src-renderer/i18n/zh/index.ts'

const english = new Map(flatten(en) as Iterable<[string, string]>)
const chinese = new Map(flatten(zh) as Iterable<[string, string]>)
const placeholders = (text: string) => [...new Set(text.match(/\{\w+\}/g))].sort().join()

describe('the Chinese catalogue', () => {
  test('has the English one’s keys, all of them and no others', () => {
    expect([...chinese.keys()].sort()).toEqual([...english.keys()].sort())
  })

  test('says something for every key', () => {
    expect([...chinese].filter(([, text]) => text.trim() === '')).toEqual([])
  })

  test('fills in the same values', () => {
    const differing = [...english].filter(
      ([key, text]) => placeholders(text) !== placeholders(chinese.get(key) ?? ''),
    )
    expect(differing).toEqual([])
  })

  test('is Chinese: a sentence of several English words is nowhere left as it was', () => {
    const same = [...english].filter(
      ([key, text]) => / \w+ /.test(text) && /[a-z]{3}/.test(text) && chinese.get(key) === text,
    )
    expect(same).toEqual([])
  })

  test('has one form for one and many', () => {
    expect([...chinese].filter(([, text]) => text.includes(' | '))).toEqual([])
  })
})

describe('filling in', () => {
  test('values by name; what is not given stays visible', () => {
    expect(fill('{n} of {total}', 'en', { n: 3, total: 10 })).toBe('3 of 10')
    expect(fill('{n} of {total}', 'en', { n: 3 })).toBe('3 of {total}')
  })

  test('one and many by the language’s rules', () => {
    expect(fill('{n} run | {n} runs', 'en', { n: 1 })).toBe('1 run')
    expect(fill('{n} run | {n} runs', 'en', { n: 0 })).toBe('0 runs')
    // `count` decides where the number is shown in another form.
    expect(fill('{n} run | {n} runs', 'en', { n: '1,000', count: 1000 })).toBe('1,000 runs')
  })

  test('a key that is not there shows as itself', () => {
    expect(lookUp('en', 'home', 'no.such.key')).toBe('no.such.key')
  })
})
