import { expect, it } from 'vitest'
import { parseSearch, stringifySearch } from './address.ts'

it('writes plain names and values, and reads them back', () => {
  const values = { q: 'cooling loop & more', type: ['pdf', 'slides'], page: '7' }
  const written = stringifySearch(values)
  expect(written).toBe('?q=cooling+loop+%26+more&type=pdf&type=slides&page=7')
  expect(parseSearch(written)).toEqual(values)
})

it('leaves out what is empty', () => {
  expect(stringifySearch({ q: '', type: [], sort: undefined })).toBe('')
})
