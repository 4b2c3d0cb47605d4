import { expect, it } from 'vitest'
import { endingOf, HEAD_BYTES } from './ending.ts'

const lacks = (content: string) => {
  const all = Buffer.from(content, 'latin1')
  const ending = endingOf(all.subarray(0, HEAD_BYTES))
  return ending !== undefined && !all.subarray(-ending.withinBytes).includes(ending.mark)
}

const body = 'x'.repeat(100_000)

it.each([
  ['a PDF', '%PDF-1.7', 'startxref\n9\n%%EOF\n'],
  ['an office document', 'PK\x03\x04', `PK\x05\x06${'\0'.repeat(18)}`],
  ['a PNG', '\x89PNG\r\n\x1a\n', '\0\0\0\0IEND\xae\x42\x60\x82'],
  ['a photo', '\xff\xd8\xff\xe0', '\xff\xd9'],
])('knows whether %s has its end', (_, begins, ends) => {
  expect(lacks(begins + body + ends)).toBe(false)
  expect(lacks(begins + body)).toBe(true)
  expect(lacks(begins + body + ends.slice(0, 1))).toBe(true)
  expect(lacks(begins)).toBe(true)
})

it('finds the end of a PDF behind which a program has left a few bytes', () => {
  expect(lacks(`%PDF-1.4${body}%%EOF\r\n${'\0'.repeat(1_000)}`)).toBe(false)
})

it('asks for no end where the format has none', () => {
  for (const content of ['', 'plain text', '\xff\xd8', 'RIFF', '%PD']) {
    expect(lacks(content)).toBe(false)
  }
})
