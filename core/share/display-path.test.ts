import { expect, it } from 'vitest'
import { displayPath } from './display-path.ts'
import { type RawPath, rawPathOf, rawPathOfText } from './raw-path.ts'

const raw = (...bytes: number[]): RawPath => rawPathOf(Uint8Array.from(bytes))

it('keeps names of any script as they are, folders apart', () => {
  expect(displayPath(rawPathOfText('תכניות/2026/מפה סופית.pdf'))).toEqual({
    folder: 'תכניות/2026',
    name: 'מפה סופית.pdf',
  })
  expect(displayPath(rawPathOfText('plan.txt'))).toEqual({ folder: '', name: 'plan.txt' })
})

it('composes what a Mac has decomposed', () => {
  expect(displayPath(rawPathOfText('e\u0301te\u0301.txt')).name).toBe('\u00e9t\u00e9.txt')
})

it('escapes bytes that are not UTF-8 and keeps the readable rest', () => {
  const latin1 = raw(0x63, 0x61, 0x66, 0xe9, 0x2e, 0x74, 0x78, 0x74)
  expect(displayPath(latin1).name).toBe('caf%E9.txt')
  const cutEuro = raw(0xe2, 0x82, 0xac, 0xe2, 0x82)
  expect(displayPath(cutEuro).name).toBe('€%E2%82')
})

it('escapes what breaks a line or turns the reading direction', () => {
  expect(displayPath(rawPathOfText('a\nb\x7f.txt')).name).toBe('a%0Ab%7F.txt')
  expect(displayPath(rawPathOfText('bill\u202efdp.exe')).name).toBe('bill%E2%80%AEfdp.exe')
  expect(displayPath(rawPathOfText('a\\b')).name).toBe('a%5Cb')
})

it('never gives an empty name', () => {
  expect(displayPath(rawPathOfText('  ')).name).toBe('%20%20')
})

it('keeps a name of 255 bytes whole, and cuts one that escapes made longer', () => {
  const longest = `${'ü'.repeat(125)}x.pdf`
  expect(displayPath(rawPathOfText(longest)).name).toBe(longest)
  const escaped = displayPath(raw(...Array<number>(251).fill(0xff), 0x2e, 0x70, 0x64, 0x66)).name
  expect(Buffer.byteLength(escaped)).toBeLessThanOrEqual(245)
  expect(escaped).toMatch(/^%FF.*\.pdf$/)
})
