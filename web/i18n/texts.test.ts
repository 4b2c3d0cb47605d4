import { describe, expect, it } from 'vitest'
import { de } from './de.ts'
import { en } from './en.ts'
import { fr } from './fr.ts'

interface Texts {
  [key: string]: string | Texts
}

const flat = (texts: Texts, path = ''): [key: string, text: string][] =>
  Object.entries(texts).flatMap(([key, value]) =>
    typeof value === 'string' ? [[path + key, value]] : flat(value, `${path}${key}.`),
  )

const placeholders = (text: string): string[] =>
  [...text.matchAll(/\{\{\w+\}\}|<\/?\w+>/g)].map(([found]) => found).sort()

const english = new Map(flat(en))

describe.each(Object.entries({ de, fr }))('the texts in %s', (_, texts) => {
  const own = new Map(flat(texts))

  it('are there for every English one, and for no other', () => {
    expect([...own.keys()].sort()).toEqual([...english.keys()].sort())
  })

  it('have the same placeholders', () => {
    const wrong = [...own].filter(
      ([key, text]) => placeholders(text).join() !== placeholders(english.get(key) ?? '').join(),
    )
    expect(wrong).toEqual([])
  })

  it('are not empty', () => {
    expect([...own].filter(([, text]) => text.trim() === '')).toEqual([])
  })
})
