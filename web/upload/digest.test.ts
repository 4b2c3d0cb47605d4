import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { checksumOf, digestOf, SLICE_BYTES } from './digest.ts'

const BYTES = randomBytes(2 * SLICE_BYTES + 17)
const SHA256 = createHash('sha256').update(BYTES).digest('hex')

/** A file of a browser that does not read into a buffer it is given. */
function plainBlob(): Blob {
  const blob = new Blob([BYTES])
  const stream = () => new ReadableStream<Uint8Array<ArrayBuffer>>()
  return Object.assign(blob, { stream })
}

describe.each([
  ['into one buffer', () => new Blob([BYTES])],
  ['slice by slice', plainBlob],
])('a file that is read %s', (_, make) => {
  it('has its fingerprint, and tells how far it is', async () => {
    const read: number[] = []
    expect(await digestOf(make(), (bytes) => read.push(bytes))).toBe(SHA256)
    expect(read.at(-1)).toBe(BYTES.length)
    expect(read).toEqual(read.toSorted((a, b) => a - b))
    expect(read.length).toBeLessThanOrEqual(3)
  })

  it('is given up when somebody stops it', async () => {
    const stop = new AbortController()
    const hashing = digestOf(make(), () => stop.abort(new Error('enough')), stop.signal)
    await expect(hashing).rejects.toThrow('enough')
  })
})

it('sums nothing and little as the standard says', async () => {
  expect(await digestOf(new Blob([]), () => {})).toBe(createHash('sha256').digest('hex'))
  expect(await checksumOf(new Blob(['123456789']))).toBe('e3069283')
})
