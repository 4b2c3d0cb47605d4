import { createHash, randomBytes } from 'node:crypto'
import { expect, it } from 'vitest'
import { checksumOf, digestOf, digestOn, SLICE_BYTES } from './digest.ts'

const BYTES = randomBytes(2 * SLICE_BYTES + 17)
const SHA256 = createHash('sha256').update(BYTES).digest('hex')

it('is told as it is read, to the last byte', async () => {
  const read: number[] = []
  expect(await digestOf(new Blob([BYTES]), (bytes) => read.push(bytes))).toBe(SHA256)
  expect(read).toEqual([SLICE_BYTES, 2 * SLICE_BYTES, BYTES.length])
})

it('goes on where another worker has stopped', async () => {
  const file = new Blob([BYTES])
  const { signal } = new AbortController()
  const reading = { onRead: () => {}, signal }
  const state = await digestOn(file.slice(0, 1001), { isLast: false }, reading)
  const sum = await digestOn(file.slice(1001), { state, isLast: true }, reading)
  expect(Buffer.from(sum).toString('hex')).toBe(SHA256)
})

it('is given up when somebody stops it', async () => {
  const stop = new AbortController()
  const hashing = digestOf(new Blob([BYTES]), () => stop.abort(new Error('enough')), stop.signal)
  await expect(hashing).rejects.toThrow('enough')
})

it('sums nothing and little as the standard says', async () => {
  expect(await digestOf(new Blob([]), () => {})).toBe(createHash('sha256').digest('hex'))
  expect(await checksumOf(new Blob(['123456789']))).toBe('e3069283')
})
