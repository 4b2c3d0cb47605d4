import { expect, it } from 'vitest'
import { extend, NOTHING, prune, selectAll, selectOnly, toggle } from './selection.ts'

const order = ['a', 'b', 'c', 'd', 'e']
const ids = (selection: { ids: ReadonlySet<string> }) => [...selection.ids].sort().join('')

it('draws a range with shift from the last row chosen, in both directions', () => {
  const from = selectOnly('c')
  expect(ids(extend(from, order, 'e'))).toBe('cde')
  expect(ids(extend(from, order, 'a'))).toBe('abc')
})

it('keeps the start of a range while the range changes', () => {
  const long = extend(selectOnly('b'), order, 'e')
  expect(ids(extend(long, order, 'c'))).toBe('bc')
})

it('starts at the row itself when there is no start', () => {
  expect(ids(extend(NOTHING, order, 'd'))).toBe('d')
  expect(ids(extend(selectOnly('gone'), order, 'd'))).toBe('d')
})

it('adds and takes out single rows', () => {
  const two = toggle(toggle(NOTHING, 'a'), 'c')
  expect(ids(two)).toBe('ac')
  expect(ids(toggle(two, 'a'))).toBe('c')
})

it('forgets rows that are gone, and is the same object when none is', () => {
  const all = selectAll(order)
  expect(ids(prune(all, ['b', 'd']))).toBe('bd')
  expect(prune(all, order)).toBe(all)
})
