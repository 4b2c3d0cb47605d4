import { expect, it } from 'vitest'
import { AppError, type ErrorCode } from '../core/errors.ts'
import type { Job } from '../core/model/job.ts'
import { judge } from './retry.ts'

const job = (attempts: number) => ({ attempts, step: 'extract' }) as Job
const failure = (code: ErrorCode, reason?: string) =>
  new AppError(code, 'No.', reason ? { reason } : {})

it.each([
  ['bad_request', 'dead'],
  ['conflict', 'dead'],
  ['too_large', 'dead'],
  ['not_found', 'drop'],
  ['unsupported_type', 'skip'],
  ['digest_mismatch', 'retry'],
  ['rate_limited', 'retry'],
  ['storage_full', 'retry'],
  ['unavailable', 'retry'],
  ['internal', 'retry'],
] as const)('answers a first %s with %s', (code, outcome) => {
  expect(judge(failure(code), job(1), 5).outcome).toBe(outcome)
})

it('gives up on a passing failure after the last attempt', () => {
  expect(judge(failure('unavailable'), job(4), 5).outcome).toBe('retry')
  expect(judge(failure('unavailable'), job(5), 5).outcome).toBe('dead')
})

it('waits as long as it takes for room on the disk', () => {
  expect(judge(failure('storage_full'), job(100), 5).outcome).toBe('retry')
})

it('leaves a file alone that killed its parser three times', () => {
  expect(judge(failure('internal', 'PARSER_DIED'), job(2), 5).outcome).toBe('retry')
  expect(judge(failure('internal', 'PARSER_DIED'), job(3), 5).outcome).toBe('dead')
})

it('tells staff nothing of an unknown error but that it is ours', () => {
  const verdict = judge(new Error('password=hunter2'), job(5), 5)
  expect(verdict).toEqual({
    outcome: 'dead',
    code: 'internal',
    message: 'Something went wrong on our side.',
  })
})

it('keeps the wait that a failure asks for', () => {
  const error = new AppError('rate_limited', 'Slow down.', { retryAfterMs: 1234 })
  expect(judge(error, job(1), 5)).toMatchObject({ outcome: 'retry', afterMs: 1234 })
})
