import { describe, expect, it } from 'vitest'
import type { Embedder } from '../../core/ports/index.ts'

/** What every Embedder must do. An adapter is done when this passes. */
export function embedderContract(name: string, open: () => Promise<Embedder>) {
  describe(`${name} is an Embedder`, () => {
    it('gives one vector of its dimension and of length 1 per text, in order', async () => {
      const embedder = await open()
      const texts = [
        'the annual budget report',
        'a dog in the garden',
        'many words '.repeat(400),
        'budget',
      ]
      const vectors = await embedder.embed(texts)
      expect(vectors.map((vector) => vector.length)).toEqual(
        texts.map(() => embedder.space.dimension),
      )
      for (const vector of vectors) expect(Math.hypot(...vector)).toBeCloseTo(1, 4)
      for (const [i, text] of texts.entries()) {
        const [alone] = await embedder.embed([text])
        expect(cosine(alone, vectors[i])).toBeCloseTo(1, 2)
      }
      await embedder.close()
    })

    it('brings related texts nearer than unrelated ones', async () => {
      const embedder = await open()
      const [question] = await embedder.embed(['budget report for the year'], 'query')
      const [near, far] = await embedder.embed(['the annual budget report', 'a photo of a dog'])
      expect(cosine(question, near)).toBeGreaterThan(cosine(question, far) + 0.2)
      expect(cosine(question, near)).toBeGreaterThan(embedder.floor)
      await embedder.close()
    })

    it('gives a zero vector for a text that says nothing, and nothing for no texts', async () => {
      const embedder = await open()
      const [empty, blank] = await embedder.embed(['', ' \n\t '])
      expect([Math.hypot(...(empty ?? [1])), Math.hypot(...(blank ?? [1]))]).toEqual([0, 0])
      expect(await embedder.embed([])).toEqual([])
      await embedder.close()
    })

    it('names a space that can be the name of a table', async () => {
      const embedder = await open()
      expect(embedder.space.id).toMatch(/^[a-z0-9_]+$/)
      expect(embedder.space.id).toContain(String(embedder.space.dimension))
      await embedder.close()
    })
  })
}

function cosine(a: Float32Array | undefined, b: Float32Array | undefined): number {
  return Array.from(a ?? []).reduce((sum, value, i) => sum + value * (b?.[i] ?? 0), 0)
}
