import { expect, it } from 'vitest'
import { outageOf, type Sight } from './outage.ts'

const sight = (change: Partial<Sight>): Sight => ({
  known: 100,
  gone: 0,
  seen: 100,
  root: '1:2',
  lastRoot: '1:2',
  ...change,
})

it('takes the loss of more than half of many files for an outage', () => {
  expect(outageOf(sight({ gone: 50 }))).toBeUndefined()
  expect(outageOf(sight({ gone: 51 }))).toMatch(/^51 of 100 files/)
  expect(outageOf(sight({ known: 20, gone: 11 }))).toMatch(/^11 of 20 files/)
  expect(outageOf(sight({ known: 19, gone: 19, seen: 0 }))).toBeUndefined()
})

it('takes another, empty folder in the place of the share for an outage, however small it was', () => {
  const empty = { known: 1, gone: 1, seen: 0 }
  expect(outageOf(sight({ ...empty, root: '9:2' }))).toMatch(/^The folder is empty/)
  const never = sight({ ...empty, lastRoot: undefined })
  expect(outageOf(never)).toMatch(/^The folder is empty/)
  expect(outageOf(sight({ ...empty, known: 0, gone: 0, root: '9:2' }))).toBeUndefined()
})
