import { expect, it } from 'vitest'
import { type ProofOrder, proofOf } from './proof.ts'

const hex = (first: number, count: number) =>
  Array.from({ length: count }, (_, index) => (first + index).toString(16).padStart(2, '0')).join(
    '',
  )

/** The file of the worked examples in docs/api.md: byte i is i mod 251. */
const exampleFile = (sizeBytes: number) =>
  new Blob([Uint8Array.from({ length: sizeBytes }, (_, index) => index % 251)])

const order = (kind: 'full' | 'strata', digest: string): ProofOrder => ({
  challenge: {
    cid: hex(0, 16),
    nonce: hex(0, 32),
    seed: hex(32, 32),
    kind,
    holder: '87948f4d4e4a6debc871f745e3f537fbb2ac12258efd885d0ff0f425fd52644f',
  },
  docId: '0199d2c1-7c1e-7b5a-9c0f-1d2e3f405162',
  digest,
})

it('answers a challenge about a whole file as the worked example does', async () => {
  const digest = '631b84027d6b9e52b539c4e8373622d23032dfadc64d60af87339c9037e4f769'
  expect(await proofOf(exampleFile(2 ** 20), order('full', digest))).toBe(
    '335ebd995d2329d082ce0aeaaae7c6add0dff69b68ea7cf0148648ddb6a6f9e0',
  )
})

it('answers a challenge about strata as the worked example does', async () => {
  const digest = '287507f403176f1f5b22b9a4d9cb49f7d7f88ac19e406b5ae87ce109564846bd'
  expect(await proofOf(exampleFile(16 * 2 ** 20), order('strata', digest))).toBe(
    '8516d736c8f025b0ecd9a71b692b5f63ed9dbb1eeb1f70b4da020f34e53573d2',
  )
})

it('stops when told to', async () => {
  const stopped = AbortSignal.abort()
  await expect(
    proofOf(exampleFile(2 ** 20), order('full', '00'.repeat(32)), stopped),
  ).rejects.toThrow(/abort/i)
})
