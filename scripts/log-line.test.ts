import { describe, expect, it } from 'vitest'
import { readableLine } from './log-line.ts'

const line = (entry: object) =>
  readableLine('worker', JSON.stringify({ level: 30, time: 0, pid: 7, name: 'worker', ...entry }))

describe('readableLine', () => {
  it('gives time, door, message and what varies', () => {
    expect(line({ msg: 'A step ended.', step: 'probe', attempts: 2 })).toMatch(
      /^\d\d:\d\d:\d\d {2}worker {3}A step ended\. step=probe attempts=2$/,
    )
  })

  it('marks warnings and errors', () => {
    expect(line({ level: 40, msg: 'Slow.' })).toContain('warning Slow.')
    expect(line({ level: 50, msg: 'Broken.' })).toContain('error Broken.')
  })

  it('shows an error with its stack', () => {
    const err = { type: 'Error', message: 'no room', stack: 'Error: no room\n    at somewhere' }
    expect(line({ msg: 'Failed.', err })).toContain('at somewhere')
  })

  it('leaves a line that is not of our log as it is', () => {
    expect(readableLine('worker', '{ not json')).toContain('{ not json')
    expect(readableLine('worker', '<--- Last few GCs --->')).toContain('<--- Last few GCs --->')
  })
})
