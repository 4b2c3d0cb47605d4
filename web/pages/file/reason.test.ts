import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TFunction } from 'i18next'
import { expect, it } from 'vitest'
import { reasonWords, whyWords } from './reason.ts'

const DOCS = join(import.meta.dirname, '..', '..', '..', 'docs', 'operations.md')

/** Nothing can be done, or nothing need be: the sentence that comes with it says all. */
const NOTHING_TO_DO = [
  'NO_SOUND',
  'NO_TEXT',
  'NO_PREVIEW',
  'NO_PIXELS',
  'TOO_SHORT',
  'OTHER_SPACE',
  'TEXT_CHANGED',
  'NOT_PROBED',
]

/** Reasons that the manual of the product lists for a file that was not read. */
function documentedReasons(): string[] {
  const [, chapter = ''] = readFileSync(DOCS, 'utf8').split(
    '### A file was not read, or not all of it',
  )
  const rows = (chapter.split('\n### ')[0] ?? '').split('\n').filter((row) => row.startsWith('| `'))
  const reasons = rows.flatMap((row) =>
    [...(row.split(' | ')[0] ?? '').matchAll(/`(\w+)`/g)].map(([, reason]) => reason ?? ''),
  )
  expect(reasons).toContain('PARSER_QUARANTINED')
  return reasons
}

const t = ((key: string) => key) as TFunction

it('says in the language of the reader what happened, for every reason that there is', () => {
  const untold = documentedReasons().filter(
    (reason) => whyWords(t, reason, 'as told') === 'as told',
  )
  expect(untold).toEqual([])
  expect(whyWords(t, 'NEW_REASON', 'as told')).toBe('as told')
  expect(whyWords(t, null, null)).toBeUndefined()
})

it('has advice for every reason why a file was not read, where something can be done', () => {
  const reasons = documentedReasons()
  const silent = reasons.filter((reason) => reasonWords(t, reason) === undefined)
  expect(new Set(silent)).toEqual(new Set(NOTHING_TO_DO))
})
