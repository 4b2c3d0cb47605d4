import { expect, it } from 'vitest'
import { AppError } from '../core/errors.ts'
import { asSourceError, failureOf } from './source-error.ts'

const system = (code: string) => Object.assign(new Error(code), { code })

it('tells what may pass from what will not', () => {
  expect(failureOf(asSourceError(system('EACCES')))).toMatchObject({
    state: 'failed',
    reason: 'NO_ACCESS',
  })
  expect(failureOf(asSourceError(system('ELOOP')))).toMatchObject({
    state: 'refused',
    reason: 'SYMLINK',
  })
  expect(failureOf(asSourceError(system('EUCLEAN')))).toMatchObject({ reason: 'READ_ERROR' })
})

it('blames no file for a failure of ours', () => {
  expect(failureOf(new AppError('storage_full', 'full'))).toBeUndefined()
  expect(failureOf(new AppError('conflict', 'x', { reason: 'SOURCE_CHANGED' }))).toBeUndefined()
  expect(failureOf(system('EIO'))).toBeUndefined()
})
