import { createHmac } from 'node:crypto'
import { expect, it } from 'vitest'
import { otpauthCodes } from './one-time-codes.ts'

const codes = otpauthCodes()
/** The secret of RFC 6238, appendix B: "12345678901234567890". */
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'

it.each([
  [59, '287082', 1],
  [1_111_111_109, '081804', 37_037_036],
  [1_111_111_111, '050471', 37_037_037],
  [1_234_567_890, '005924', 41_152_263],
  [2_000_000_000, '279037', 66_666_666],
  [20_000_000_000, '353130', 666_666_666],
])('knows the codes of RFC 6238: at %i s %s', (seconds, code, step) => {
  expect(codes.stepOf(code, SECRET, seconds * 1000)).toBe(step)
})

it('takes the code of one step before and after, and says which; of no other', () => {
  const at = 1_234_567_890_000
  const found = [-2, -1, 0, 1, 2].map((by) => codes.stepOf('005924', SECRET, at + by * 30_000))
  expect(found).toEqual([undefined, 41_152_263, 41_152_263, 41_152_263, undefined])
})

it.each(['', '12345', '1234567', '28708a', '٢٨٧٠٨٢', '-87082', ' 287082'])(
  'takes nothing else for a code: "%s"',
  (text) => {
    expect(codes.stepOf(text, SECRET, 59_000)).toBeUndefined()
  },
)

it('makes secrets of 160 bits, each another, and an address that apps read', () => {
  const made = new Set(Array.from({ length: 100 }, () => codes.newSecret()))
  expect(made.size).toBe(100)
  for (const secret of made) expect(secret).toMatch(/^[A-Z2-7]{32}$/)
  const address = new URL(codes.address(SECRET, 'ada b'))
  expect([address.protocol, address.host, decodeURIComponent(address.pathname)]).toEqual([
    'otpauth:',
    'totp',
    '/Onefold:ada b',
  ])
  expect(Object.fromEntries(address.searchParams)).toEqual({
    issuer: 'Onefold',
    secret: SECRET,
    algorithm: 'SHA1',
    digits: '6',
    period: '30',
  })
})

it('agrees with the sums of the RFC, done by hand', () => {
  const secret = codes.newSecret()
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const bits = [...secret].map((each) => letters.indexOf(each).toString(2).padStart(5, '0'))
  const bytes = Buffer.from(
    bits
      .join('')
      .match(/.{8}/g)
      ?.map((each) => Number.parseInt(each, 2)) ?? [],
  )
  const step = Buffer.alloc(8)
  step.writeBigUInt64BE(58_000_000n)
  const mac = createHmac('sha1', bytes).update(step).digest()
  const word = mac.readUInt32BE((mac.at(-1) ?? 0) & 15) & 0x7fffffff
  const code = String(word % 1_000_000).padStart(6, '0')
  expect(codes.stepOf(code, secret, 58_000_000 * 30_000)).toBe(58_000_000)
})
