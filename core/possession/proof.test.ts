import { createHash, createHmac, randomBytes } from 'node:crypto'
import { expect, it, onTestFinished } from 'vitest'
import { memoryBlobStore } from '../../adapters/memory/blob-store.ts'
import { once } from '../../tests/library-box.ts'
import { manualClock } from '../../tests/manual-clock.ts'
import { newBlobPath } from '../blob-path.ts'
import { type Challenge, coverRanges, holderOf, proofHead } from './proof.ts'
import { type ProofKind, type Range, rangesOf } from './ranges.ts'
import { threadVerifier } from './verifier.ts'

const MIB = 2 ** 20
const GIB = 2 ** 30
const MINUTE = 60_000

const bytesFrom = (first: number, count: number) =>
  Uint8Array.from({ length: count }, (_, index) => first + index)

/** The file of the worked examples in docs/api.md: byte i is i mod 251. */
const exampleFile = (sizeBytes: number) =>
  Uint8Array.from({ length: sizeBytes }, (_, index) => index % 251)

const example = (kind: ProofKind): Challenge => ({
  id: Buffer.from(bytesFrom(0, 16)).toString('hex'),
  nonce: bytesFrom(0, 32),
  seed: bytesFrom(32, 32),
  kind,
  holder: holderOf('u1', 's1'),
})

it.each([
  ['full', MIB, '335ebd995d2329d082ce0aeaaae7c6add0dff69b68ea7cf0148648ddb6a6f9e0'],
  ['strata', 16 * MIB, '8516d736c8f025b0ecd9a71b692b5f63ed9dbb1eeb1f70b4da020f34e53573d2'],
] as const)(
  'computes the worked example of a %s proof in its thread',
  async (kind, size, proof) => {
    const blobs = memoryBlobStore()
    const bytes = exampleFile(size)
    const staged = await blobs.stage(once(bytes))
    const path = newBlobPath(staged.digest)
    await staged.publish(path)
    const challenge = example(kind)
    const claim = { uploadId: '0199d2c1-7c1e-7b5a-9c0f-1d2e3f405162', digest: staged.digest }
    const head = proofHead(challenge, { ...claim, sizeBytes: size })
    const verifier = threadVerifier(manualClock(), 1)
    const file = await blobs.open(path)
    onTestFinished(async () => {
      await verifier.close()
      await file.close()
    })
    const order = { ...challenge, fd: file.fd, sizeBytes: size, head }
    const made = await verifier.proof(order, MINUTE)
    expect(Buffer.from(made ?? []).toString('hex')).toBe(proof)
    expect(await verifier.proof({ ...order, sizeBytes: size + 1 }, MINUTE)).toBeUndefined()
    expect(await verifier.proof(order, 0)).toBeUndefined()
  },
)

it('takes a piece of every stratum, the head and the tail, and nothing beyond the file', () => {
  const sizeBytes = GIB + 12_345
  const ranges = [...rangesOf({ kind: 'strata', seed: randomBytes(32) }, sizeBytes)]
  const [head, ...rest] = ranges
  const tail = rest.pop()
  const width = Math.floor(sizeBytes / 2048)
  expect(head).toEqual({ start: 0, length: 65_536 })
  expect(tail).toEqual({ start: sizeBytes - MIB, length: MIB })
  expect(rest).toHaveLength(2048)
  for (const [index, { start, length }] of rest.entries()) {
    expect(length).toBe(4096)
    expect(start).toBeGreaterThanOrEqual(index * width)
    expect(start + length).toBeLessThanOrEqual((index + 1) * width)
  }
})

const BLOCK = 4096
const TRIALS = 40

/** Blocks of the file that a proof needs. */
function blocksOf(ranges: Iterable<Range>): Set<number> {
  const blocks = new Set<number>()
  for (const { start, length } of ranges) {
    for (let at = start; at < start + length; at += BLOCK) blocks.add(Math.floor(at / BLOCK))
    blocks.add(Math.floor((start + length - 1) / BLOCK))
  }
  return blocks
}

it('A7 pop-fraction-curve: who has a part of the file passes no oftener than theory says', () => {
  const sizeBytes = 2 * GIB
  const plans = Array.from({ length: TRIALS }, () =>
    blocksOf(rangesOf({ kind: 'strata', seed: randomBytes(32) }, sizeBytes)),
  )
  const rows = [0.9, 0.99, 0.999, 0.9999, 0.99999].map((known) => {
    const knows = () => Math.random() < known
    const passed = plans.filter((blocks) => [...blocks].every(knows)).length / TRIALS
    const theory = plans.reduce((sum, blocks) => sum + known ** blocks.size, 0) / TRIALS
    return { known, measured: passed, theory, bound: known ** 2048 }
  })
  console.table(rows)
  for (const { measured, theory, bound } of rows) {
    // Five standard deviations: a run in two million would be outside by chance.
    const noise = 5 * Math.sqrt((theory * (1 - theory)) / TRIALS) + 1 / TRIALS
    expect(Math.abs(measured - theory)).toBeLessThanOrEqual(noise)
    expect(theory).toBeLessThanOrEqual(bound)
  }
}, 120_000)

it('A7 pop-fraction-curve: a gap of two strata never passes, nor one in the tail', () => {
  const sizeBytes = 2 * GIB
  const width = sizeBytes / 2048
  const rates = [0.25, 0.5, 1, 2].map((strata) => {
    let passed = 0
    for (let trial = 0; trial < TRIALS / 2; trial++) {
      const gap = { start: Math.floor(Math.random() * (sizeBytes - strata * width)), strata }
      const ranges = rangesOf({ kind: 'strata', seed: randomBytes(32) }, sizeBytes)
      const isCaught = [...ranges].some(
        ({ start, length }) => start < gap.start + gap.strata * width && start + length > gap.start,
      )
      if (!isCaught) passed++
    }
    return { 'gap in strata': strata, passed: passed / (TRIALS / 2) }
  })
  console.table(rates)
  expect(rates.at(-1)?.passed).toBe(0)
  const ranges = [...rangesOf({ kind: 'strata', seed: randomBytes(32) }, sizeBytes)]
  const last = ranges.at(-1)
  expect(last && last.start + last.length).toBe(sizeBytes)
}, 120_000)

it('A7 pop-fraction-curve: one byte that is not known never passes where all are covered', () => {
  const bytes = randomBytes(MIB)
  const challenge = { ...example('full'), nonce: randomBytes(32) }
  const digest = createHash('sha256').update(bytes).digest('hex')
  const macOf = (content: Uint8Array) => {
    const mac = createHmac('sha256', challenge.nonce)
    mac.update(`${digest}`)
    const read = (into: Uint8Array, length: number, at: number) =>
      Buffer.from(content.buffer, content.byteOffset, content.byteLength).copy(
        into,
        0,
        at,
        at + length,
      )
    coverRanges(mac, rangesOf(challenge, MIB), { read, isOver: () => false })
    return mac.digest('hex')
  }
  const expected = macOf(bytes)
  let passed = 0
  for (let trial = 0; trial < 100; trial++) {
    const guess = Buffer.from(bytes)
    const at = Math.floor(Math.random() * MIB)
    guess[at] = (guess[at] ?? 0) ^ (1 + Math.floor(Math.random() * 255))
    if (macOf(guess) === expected) passed++
  }
  console.info(`A7 pop-fraction-curve: full coverage, one byte unknown: ${passed} of 100 passed`)
  expect(passed).toBe(0)
})
