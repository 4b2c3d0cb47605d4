import { expect, it } from 'vitest'
import { assertMove, statesBefore, type UploadStatus } from './upload.ts'

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
