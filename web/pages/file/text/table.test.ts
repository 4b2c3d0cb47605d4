import { expect, it } from 'vitest'
import { tableOf } from './table.ts'

it('numbers rows by their range and sees a header of words', () => {
  const table = tableOf('Unit\tRate\n4\t0.2\n5\t0.1', 'A1:B3')
  expect(table.header?.cells.map(({ text }) => text)).toEqual(['Unit', 'Rate'])
  expect(table.rows.map(({ number }) => number)).toEqual([2, 3])
})

it('gives a repeated header no number', () => {
  const table = tableOf('Unit\tRate\n9\t0.4', 'A41:B41')
  expect(table.header?.number).toBeUndefined()
  expect(table.rows[0]?.number).toBe(41)
})

it('numbers nothing when rows were left out', () => {
  expect(tableOf('1\t2\n3\t4', 'A1:B9').rows.map(({ number }) => number)).toEqual([
    undefined,
    undefined,
  ])
})

it('knows where each cell begins in the text', () => {
  const text = 'a\tbb\nccc\td'
  for (const { cells } of tableOf(text, undefined).rows) {
    for (const cell of cells) {
      expect(text.slice(cell.start, cell.start + cell.text.length)).toBe(cell.text)
    }
  }
})
