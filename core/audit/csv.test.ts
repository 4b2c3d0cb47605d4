import { expect, it } from 'vitest'
import { CSV_HEAD, cellOf, csvLine } from './csv.ts'

it.each([
  '=cmd|" /C calc"!A0',
  '+1+1',
  '-2+3',
  '@SUM(1)',
  ' \u00a0=1',
  '\t=1',
  '\r\n=1',
  '\uff1d1',
  '%0A=1',
])('C19 csv-formula: a name that begins like a formula (%j) is text in a table', (name) => {
  expect(cellOf(name)).toMatch(/^"'/)
  expect(cellOf(name)).toBe(`"'${name.replaceAll('"', '""')}"`)
})

it('C19 csv-formula: every cell of an exported line is quoted, and no name ends it', () => {
  const entry = {
    id: 7,
    at: 0,
    userId: '=1',
    action: 'document.read',
    subject: 'document:1',
    subjectName: 'a","=2\r\n=3.txt',
    subjectPlace: null,
    detail: '{}',
    traceId: '-4',
    address: null,
    door: null,
  }
  const line = csvLine(entry)
  expect(line).toBe(
    `7,"1970-01-01T00:00:00.000Z","'=1","document.read","document:1","a"",""=2\r\n=3.txt",,"{}","'-4",,\r\n`,
  )
  expect(CSV_HEAD.split(',')).toHaveLength(11)
})

it('leaves plain names and numbers as they are', () => {
  expect([cellOf('Unit 4.pdf'), cellOf(12), cellOf(null)]).toEqual(['"Unit 4.pdf"', '12', ''])
})
