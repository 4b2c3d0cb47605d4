import { expect, it } from 'vitest'
import { type Outage, outageOf, type Sight } from './outage.ts'

const sight = (change: Partial<Sight>): Sight => ({
  known: 1_000,
  gone: 0,
  seen: 1_000,
  root: '1:2',
  lastRoot: '1:2',
  lostMounts: [],
  ...change,
})

const saying = (words: RegExp, isStrange: boolean): Outage => ({
  message: expect.stringMatching(words),
  isStrange,
})

it('takes the loss of more than a tenth, and of fifty files, for an outage', () => {
  expect(outageOf(sight({ gone: 100 }))).toBeUndefined()
  expect(outageOf(sight({ gone: 101 }))).toEqual(saying(/^101 of 1000 files/, false))
  expect(outageOf(sight({ known: 400, gone: 49 }))).toBeUndefined()
  expect(outageOf(sight({ known: 400, gone: 50 }))).toEqual(saying(/^50 of 400 files/, false))
})

it('has other limits when it is told so', () => {
  const limits = { files: 3, percent: 1 }
  expect(outageOf(sight({ gone: 10, limits }))).toBeUndefined()
  expect(outageOf(sight({ gone: 11, limits }))).toEqual(saying(/^11 of 1000/, false))
  expect(outageOf(sight({ known: 9, gone: 2, limits }))).toBeUndefined()
})

it('takes the loss of more than half of some files for an outage', () => {
  expect(outageOf(sight({ known: 20, gone: 10 }))).toBeUndefined()
  expect(outageOf(sight({ known: 20, gone: 11 }))).toEqual(saying(/^11 of 20 files/, false))
  expect(outageOf(sight({ known: 19, gone: 19, seen: 0 }))).toBeUndefined()
})

it('takes another folder in the place of the share for an outage, when one file is not in it', () => {
  expect(outageOf(sight({ gone: 1, root: '9:2' }))).toEqual(saying(/not the one/, true))
  expect(outageOf(sight({ gone: 0, root: '9:2' }))).toBeUndefined()
  const empty = { known: 1, gone: 1, seen: 0 }
  expect(outageOf(sight({ ...empty, root: '9:2' }))).toEqual(saying(/^The folder is empty/, true))
  const never = sight({ ...empty, lastRoot: undefined })
  expect(outageOf(never)).toEqual(saying(/^The folder is empty/, true))
  expect(outageOf(sight({ known: 0, seen: 0, root: '9:2' }))).toBeUndefined()
})

it('takes the loss of what was mounted below the share for an outage', () => {
  const one = sight({ gone: 1, lostMounts: ['projects/'] })
  expect(outageOf(one)).toEqual(saying(/mounted any more on projects\//, false))
})
