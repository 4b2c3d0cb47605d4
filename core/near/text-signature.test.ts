import { expect, it } from 'vitest'
import { bandsNear, bitsApart, pictureBands, textBands } from './bands.ts'
import { agreement, textSignature } from './text-signature.ts'

const { signal } = new AbortController()

/** Words that only the seed decides. */
const words = (count: number, seed: number): string[] =>
  Array.from({ length: count }, (_, i) => `w${((i + 1) * 2654435761 * (seed + 1)) % 99991}`)

const signatureOf = async (text: string) => {
  const signature = await textSignature([text], signal)
  if (!signature) throw new Error('the text is too short')
  return signature
}

const sharesBand = (a: readonly number[], b: readonly number[]) =>
  b.some((band) => a.includes(band))

it('estimates the share of shingles that two texts have in common, to a few points', async () => {
  for (const [kept, most] of [
    [1, 0],
    [0.9, 0.12],
    [0.5, 0.12],
    [0, 0.05],
  ] as const) {
    const own = words(2_000, 1)
    const cut = Math.round(own.length * kept)
    const other = [...own.slice(0, cut), ...words(own.length - cut, 7)]
    const estimate = agreement(await signatureOf(own.join(' ')), await signatureOf(other.join(' ')))
    expect(Math.abs(estimate - kept / (2 - kept))).toBeLessThanOrEqual(most)
  }
})

it('meets texts that are almost the same, and not others', async () => {
  const own = words(1_000, 1)
  const bands = textBands(await signatureOf(own.join(' ')))
  expect(new Set(bands).size).toBe(20)
  expect(bands.every(Number.isSafeInteger)).toBe(true)
  const changed = own.map((word, i) => (i % 100 === 50 ? 'changed' : word))
  expect(sharesBand(bands, textBands(await signatureOf(changed.join(' '))))).toBe(true)
  const others = words(1_000, 3)
  expect(sharesBand(bands, textBands(await signatureOf(others.join(' '))))).toBe(false)
})

it('takes a text in pieces for the same text, and one that is too short for none', async () => {
  const text = words(100, 1)
  const whole = await signatureOf(text.join(' '))
  const pieces = await textSignature(
    [text.slice(0, 31).join(' '), text.slice(31).join('\n')],
    signal,
  )
  expect(pieces).toEqual(whole)
  expect(await textSignature(['a letter of five words'], signal)).toBeUndefined()
  expect(await textSignature(['again and '.repeat(8)], signal)).toBeUndefined()
})

it('meets every picture whose hash differs in at most ten bits', () => {
  const hash = 'f0e1d2c3b4a59687'
  for (let round = 0; round < 200; round++) {
    let other = BigInt(`0x${hash}`)
    for (let i = 0; i < 10; i++) other ^= 1n << BigInt((round * 31 + i * (7 + (round % 5))) % 64)
    const turned = other.toString(16).padStart(16, '0')
    if (bitsApart(hash, turned) <= 10) {
      expect(sharesBand(bandsNear(hash), pictureBands(turned))).toBe(true)
    }
  }
  expect(bitsApart(hash, hash)).toBe(0)
  expect(bitsApart('0000000000000000', 'ffffffffffffffff')).toBe(64)
})
