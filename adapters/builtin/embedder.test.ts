import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { embedderContract } from '../../tests/contracts/embedder.ts'
import { builtinEmbedder } from './embedder.ts'

embedderContract('builtin', async () => builtinEmbedder())

describe('the built-in embedder', () => {
  const similarity = async (a: string, b: string) => {
    const [x, y] = await builtinEmbedder().embed([a, b])
    return Array.from(x ?? []).reduce((sum, value, i) => sum + value * (y?.[i] ?? 0), 0)
  }

  it('brings other forms and misspellings of a word near', async () => {
    expect(await similarity('invoice', 'invoicing')).toBeGreaterThan(0.2)
    expect(await similarity('Mietvertrag', 'Mietverträge')).toBeGreaterThan(0.25)
    expect(await similarity('invoice', 'zebra')).toBeLessThan(0.15)
  })

  it('does not care for case, accents or the most common words', async () => {
    expect(await similarity('Überprüfung', 'ÜBERPRUFUNG')).toBeCloseTo(1, 5)
    expect(await similarity('the report of the board', 'report board')).toBeCloseTo(1, 5)
  })

  it('gives the very same vectors on every machine', async () => {
    const vectors = await builtinEmbedder().embed(['Every file once.', 'Straße 東京 हिन्दी 2024'])
    const hash = createHash('sha256')
    for (const vector of vectors) for (const value of vector) hash.update(value.toFixed(5))
    expect(hash.digest('hex')).toBe(
      'cb4ca1cda164e030683dfe23d680cc067ba73adf3ef56a56e702c93ed0464c9d',
    )
  })
})
