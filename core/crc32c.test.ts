import { randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { crc32c } from './crc32c.ts'

it.each([
  ['nothing', Buffer.alloc(0), 0],
  ['the check of the catalogue of sums', Buffer.from('123456789'), 0xe3069283],
  ['32 zeros (RFC 3720, B.4)', Buffer.alloc(32), 0x8a9136aa],
  ['32 ones (RFC 3720, B.4)', Buffer.alloc(32, 0xff), 0x62a8ab43],
  ['0 to 31 (RFC 3720, B.4)', Buffer.from([...Array(32).keys()]), 0x46dd794e],
])('is the published one of %s', (_, bytes, sum) => {
  expect(crc32c(bytes)).toBe(sum)
})

it('goes on from any place in the bytes', () => {
  const bytes = randomBytes(100)
  const whole = crc32c(bytes)
  for (let cut = 0; cut <= bytes.length; cut++) {
    expect(crc32c(bytes.subarray(cut), crc32c(bytes.subarray(0, cut)))).toBe(whole)
  }
})
