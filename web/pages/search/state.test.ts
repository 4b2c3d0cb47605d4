import { expect, it } from 'vitest'
import { changedSince, chosenCount, searchState } from './state.ts'

it('keeps what fits of an address and drops the rest', () => {
  const raw = { q: 'pump', type: ['pdf', 'unheard'], book: 'b1', changed: 'century', sort: 'best' }
  expect(searchState(raw)).toEqual({ q: 'pump', type: ['pdf'], book: ['b1'] })
})

it('asks for the same span all day, so that answers can be kept', () => {
  const morning = Date.UTC(2026, 10, 21, 8)
  expect(changedSince('week', morning)).toBe(changedSince('week', morning + 3_600_000))
  expect(changedSince('week', morning)).toBe(Date.UTC(2026, 10, 14))
})

it('counts how much narrows a search', () => {
  expect(chosenCount({ q: 'x', type: ['pdf', 'mail'], changed: 'week' })).toBe(3)
})
