import { expect, it } from 'vitest'
import { safeReturnPath } from './session.ts'

const origin = 'http://onefold.test:8000'

it('leads back to where somebody wanted to go', () => {
  expect(safeReturnPath('/file/7?page=3&q=pump', origin)).toBe('/file/7?page=3&q=pump')
})

it.each([
  undefined,
  '',
  'https://evil.test/',
  '//evil.test/x',
  '/\\evil.test',
  '/\t/evil.test',
  'javascript:alert(1)',
  '/sign-in?from=/sign-in',
])('never leads anywhere else: %j', (from) => {
  expect(safeReturnPath(from, origin)).toBe('/search')
})
