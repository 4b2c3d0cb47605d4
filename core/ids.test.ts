import { expect, it } from 'vitest'
import { isId, newId, newTraceId, newUlid } from './ids.ts'

it('makes UUIDv7 that sort by time and carry version and variant', () => {
  const early = newId(1_000)
  const late = newId(2_000)
  expect(early < late).toBe(true)
  expect(early).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(isId(early)).toBe(true)
})

it('makes ULIDs that sort by time and never repeat', () => {
  const many = new Set(Array.from({ length: 10_000 }, () => newUlid(5)))
  expect(many.size).toBe(10_000)
  expect(newUlid(1_000) < newUlid(2_000)).toBe(true)
  expect(newUlid(0)).toMatch(/^0{10}[0-9a-hjkmnp-tv-z]{16}$/)
})

it('takes nothing for an id that could mean more inside a filter', () => {
  for (const text of ["x' OR '1'='1", '', newId().toUpperCase(), `${newId()} `]) {
    expect(isId(text)).toBe(false)
  }
})

it('makes trace ids of 32 hex characters', () => {
  expect(newTraceId()).toMatch(/^[0-9a-f]{32}$/)
})
