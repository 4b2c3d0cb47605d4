import { expect, it } from 'vitest'
import type { ArchiveEntry, Part } from '../model/locator.ts'
import { batchesOf, planExpansion } from './expand-plan.ts'
import { readUnpacked, unpackedFrames } from './unpacked.ts'

const MIB = 1024 * 1024

/** Entries in the order of an archive, by their path. */
const listed = (entries: Record<string, Partial<ArchiveEntry>>): Part[] =>
  Object.entries(entries).map(([key, entry], index) => {
    // Two entries may have one path; keys of an object may not.
    const path = key.replace(/#\d$/, '')
    const known = { index, type: 'file' as const, sizeBytes: 1, ...entry }
    return { text: path, locator: { path }, entry: known }
  })

it('takes files, of two with one path the last, and nothing of links and folders', () => {
  const parts = listed({
    'a/': { type: 'folder' },
    'a/x.txt#1': {},
    'a/link': { type: 'link' },
    'a/x.txt#2': {},
    './b//y.txt': {},
  })
  expect(planExpansion(parts, 'z.zip')).toEqual({
    take: [
      { index: 3, sizeBytes: 1, path: 'a/x.txt', folder: 'a', name: 'x.txt' },
      { index: 4, sizeBytes: 1, path: './b//y.txt', folder: 'b', name: 'y.txt' },
    ],
    missing: [],
  })
})

it('C1 zip-bomb: takes 96 MiB of a file at most, and 1 GiB of an archive', () => {
  const many = Array.from({ length: 12 }, (_, n) => [`${n}.bin`, { sizeBytes: 96 * MIB }])
  const parts = listed({ 'huge.bin': { sizeBytes: 96 * MIB + 1 }, ...Object.fromEntries(many) })
  const { take, missing } = planExpansion(parts, 'z.zip')
  expect(take).toHaveLength(10)
  const told = Object.fromEntries(missing.map(({ path, reason }) => [path, reason]))
  expect(told).toEqual({
    '10.bin': 'ENTRY_LIMIT',
    '11.bin': 'ENTRY_LIMIT',
    'huge.bin': 'ENTRY_TOO_LARGE',
  })
  expect(batchesOf(take).map((batch) => batch.length)).toEqual(Array(10).fill(1))
})

it('calls the file of a gzip without a name as the gzip, but for its end', () => {
  const names = ['dump.sql.gz', 'dump'].map(
    (name) => planExpansion(listed({ content: {} }), name).take[0]?.name,
  )
  expect(names).toEqual(['dump.sql', 'content'])
})

it('believes an answer of unpacked files only when it is one', () => {
  const failure = { reason: 'DAMAGED_FILE', message: 'It is damaged.' }
  const entries = [
    { index: 0, bytes: Buffer.from('a') },
    { index: 7, failure },
  ]
  const answer = Buffer.concat(entries.flatMap(unpackedFrames))
  expect(readUnpacked(answer)).toEqual(entries)
  expect(readUnpacked(answer.subarray(0, -1))).toBeUndefined()
  const lie = Buffer.concat(unpackedFrames({ index: 0, failure: { ...failure, reason: 'a b' } }))
  expect(readUnpacked(lie)).toBeUndefined()
})
