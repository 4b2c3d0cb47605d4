import { expect, it } from 'vitest'
import type { ShareEntry } from '../core/ports/index.ts'
import type { RawPath } from '../core/share/raw-path.ts'
import { judge } from './judge.ts'

const stamp = { device: '1', inode: '2', generation: '2', sizeBytes: 3, mtimeNs: '4', ctimeNs: '5' }
const file = { path: 'a' as RawPath, stamp }
const link = {
  ...file,
  failure: { state: 'refused', reason: 'SYMLINK', message: '' } as const,
}

const entry = (change: Partial<ShareEntry> = {}): ShareEntry => ({
  shareId: 's',
  path: Buffer.from('a'),
  ...stamp,
  state: 'stored',
  attempts: 0,
  updatedAt: 1_000_000,
  ...change,
})

it('takes what is new or changed, and leaves what is known', () => {
  expect(judge(file, undefined, 0)).toBe('take')
  expect(judge(file, entry(), 0)).toBe('known')
  for (const change of [{ sizeBytes: 9 }, { inode: '9' }, { mtimeNs: '9' }, { ctimeNs: '9' }]) {
    expect(judge(file, entry(change), 0)).toBe('take')
  }
})

it('does not take everything again because a mount got another number', () => {
  expect(judge(file, entry({ device: '99' }), 0)).toBe('known')
})

it('knows a file that is back from one that was put in its place', () => {
  expect(judge(file, entry({ state: 'missing' }), 0)).toBe('back')
  expect(judge(file, entry({ state: 'missing', inode: '9' }), 0)).toBe('take')
})

it('tries a failed file again later and later, at once when it changed', () => {
  const failed = (attempts: number) => entry({ state: 'failed', attempts })
  const at = (seconds: number) => 1_000_000 + seconds * 1_000
  expect(judge(file, failed(1), at(29))).toBe('known')
  expect(judge(file, failed(1), at(30))).toBe('take')
  expect(judge(file, failed(3), at(119))).toBe('known')
  expect(judge(file, failed(3), at(120))).toBe('take')
  expect(judge(file, failed(40), at(3_600))).toBe('take')
  expect(judge(file, failed(3), at(-60))).toBe('take')
  expect(judge({ ...file, stamp: { ...stamp, ctimeNs: '6' } }, failed(3), at(1))).toBe('take')
})

it('records once why something is not a file', () => {
  expect(judge(link, undefined, 0)).toBe('record')
  expect(judge(link, entry(), 0)).toBe('record')
  expect(judge(link, entry({ state: 'refused', reason: 'SYMLINK' }), 0)).toBe('known')
})
