import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TFunction } from 'i18next'
import { expect, it } from 'vitest'
import { reasonWords } from './reason.ts'

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

it('has advice for every reason why a file was not read, where something can be done', () => {
  const [, chapter = ''] = readFileSync(DOCS, 'utf8').split(
    '### A file was not read, or not all of it',
  )
  const rows = (chapter.split('\n### ')[0] ?? '').split('\n').filter((row) => row.startsWith('| `'))
  const reasons = rows.flatMap((row) =>
    [...(row.split(' | ')[0] ?? '').matchAll(/`(\w+)`/g)].map(([, reason]) => reason),
  )
  expect(reasons).toContain('PARSER_QUARANTINED')
  const t = ((key: string) => key) as TFunction
  const silent = reasons.filter((reason) => reasonWords(t, reason) === undefined)
  expect(new Set(silent)).toEqual(new Set(NOTHING_TO_DO))
})
