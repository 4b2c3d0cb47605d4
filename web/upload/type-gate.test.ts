import { expect, it } from 'vitest'
import type { Book } from '../api-types.ts'
import { doubtful } from './type-gate.ts'

const rule = (mode: 'allow' | 'deny', ...groups: NonNullable<Book['type_rule']>['groups']) => ({
  mode,
  groups,
  media_types: [],
})
const picked = (...names: string[]) => names.map((name) => ({ file: { name } as File, folder: '' }))
const namesOf = (files: readonly { file: File }[]) => files.map(({ file }) => file.name)

it('doubts by their names what a book does not take, and nothing that a name does not tell', () => {
  const files = picked('a.pdf', 'B.EXE', 'c.png', 'no ending', 'notes.txt', 'strange.qqq')
  expect(namesOf(doubtful(rule('allow', 'documents'), files))).toEqual(['B.EXE', 'c.png'])
  expect(namesOf(doubtful(rule('deny', 'programs'), files))).toEqual(['B.EXE'])
  expect(doubtful(null, files)).toEqual([])
})
