import { expect, it } from 'vitest'
import {
  assertMove,
  partBytesFor,
  partCount,
  partPlace,
  statesBefore,
  type UploadStatus,
} from './upload.ts'

const STATES: UploadStatus[] = [
  'UPLOAD_PENDING',
  'UPLOAD_URL_GENERATED',
  'UPLOAD_RECEIVED',
  'UPLOAD_COMPLETE',
  'UPLOAD_FAILED',
  'UPLOAD_EXPIRED',
]

/** Every legal move, by hand, so that a change of the table has to be meant. */
const LEGAL = new Set([
  'UPLOAD_PENDING UPLOAD_URL_GENERATED',
  'UPLOAD_PENDING UPLOAD_COMPLETE',
  'UPLOAD_PENDING UPLOAD_FAILED',
  'UPLOAD_PENDING UPLOAD_EXPIRED',
  'UPLOAD_URL_GENERATED UPLOAD_URL_GENERATED',
  'UPLOAD_URL_GENERATED UPLOAD_RECEIVED',
  'UPLOAD_URL_GENERATED UPLOAD_FAILED',
  'UPLOAD_URL_GENERATED UPLOAD_EXPIRED',
  'UPLOAD_RECEIVED UPLOAD_COMPLETE',
  'UPLOAD_RECEIVED UPLOAD_URL_GENERATED',
  'UPLOAD_RECEIVED UPLOAD_FAILED',
  'UPLOAD_RECEIVED UPLOAD_EXPIRED',
  'UPLOAD_FAILED UPLOAD_URL_GENERATED',
  'UPLOAD_EXPIRED UPLOAD_URL_GENERATED',
])

it.each(STATES.flatMap((from) => STATES.map((to) => [from, to] as const)))(
  '%s to %s is legal or throws',
  (from, to) => {
    const move = () => assertMove(from, to)
    if (LEGAL.has(`${from} ${to}`)) expect(move).not.toThrow()
    else expect(move).toThrow(expect.objectContaining({ code: 'conflict' }))
  },
)

it('never lets a complete upload go back', () => {
  for (const to of STATES) expect(statesBefore(to)).not.toContain('UPLOAD_COMPLETE')
})

it.each([
  [0, 10, undefined],
  [10, 10, undefined],
  [11, 10, 10],
  [100_000, 10, 10],
  [100_001, 10, 20],
])('cuts %i bytes into parts of %i, or more when they would be too many: %s', (...row) => {
  const [sizeBytes, wanted, partBytes] = row
  expect(partBytesFor(sizeBytes, wanted)).toBe(partBytes)
})

it('lays the parts of a file end to end', () => {
  const upload = { declaredSize: 25, partBytes: 10 }
  expect(partCount(upload)).toBe(3)
  expect([0, 1, 2, 3, 4].map((number) => partPlace(upload, number))).toEqual([
    undefined,
    { offset: 0, sizeBytes: 10 },
    { offset: 10, sizeBytes: 10 },
    { offset: 20, sizeBytes: 5 },
    undefined,
  ])
  expect(partPlace({ declaredSize: 25 }, 1)).toBeUndefined()
})
