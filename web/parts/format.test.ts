import { describe, expect, it } from 'vitest'
import { formatFor } from './format.ts'

const format = formatFor('en')

describe('figures for people', () => {
  it('shows sizes in the units disks are sold by', () => {
    expect([1000, 2_400_000, 44_580_000_000].map(format.bytes)).toEqual([
      '1 kB',
      '2.4 MB',
      '44.6 GB',
    ])
  })

  it('never shows a thousand of a unit', () => {
    expect(format.bytes(999_600)).toBe('1 MB')
  })

  it('shows spans of time no finer than they matter', () => {
    expect([48.3, 2100, 65_000].map(format.duration)).toEqual(['48 ms', '2.1 sec', '1.1 min'])
  })

  it('shows places in a recording', () => {
    expect([6_000, 3_723_000].map(format.clock)).toEqual(['0:06', '1:02:03'])
  })
})
