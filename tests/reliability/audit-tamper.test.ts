import { expect, it } from 'vitest'
import { tamper } from './audit-tamper.ts'

it('M7: whatever is edited, removed, reordered or cut off is found with the key and a head', async () => {
  const { sound, missed, tallies } = await tamper(128, { entries: 40, seed: 11 })
  expect(sound).toBe(true)
  expect(missed).toEqual([])
  // Ways that leave no choice of words are called by their name.
  const called = (name: Parameters<typeof tallies.get>[0]) => tallies.get(name)?.called
  expect(called('remove')).toEqual({ removed: 8 })
  expect(called('truncate')).toEqual({ truncated: 8 })
  expect(called('swap')).toEqual({ reordered: 8 })
}, 120_000)
