import { describe, expect, it } from 'vitest'
import type { Digest } from '../../core/digest.ts'
import { newId } from '../../core/ids.ts'
import { digest } from '../../tests/contracts/vector-index.ts'
import { temporaryFolder } from '../../tests/temporary-folder.ts'
import { lancedbVectorIndex } from './vector-index.ts'

const DIMENSION = 64
const CONTENTS = 100
const ROWS = 220
const QUERIES = 15
const K = 10

describe('the LanceDB index above the size where it is quantised', () => {
  it('finds what an exact search finds, also for who sees one part in a hundred', async () => {
    const random = seeded(7)
    const space = { id: 'recall', model: 'test', dimension: DIMENSION, pooling: 'none' } as const
    const index = await lancedbVectorIndex({ uri: await temporaryFolder() })
    const [everyone, most, hundredth] = [newId(), newId(), newId()] as const
    const centres = Array.from({ length: 60 }, () => direction(random))
    const all: { key: string; chapters: string[]; vector: Float32Array }[] = []
    for (let content = 0; content < CONTENTS; content++) {
      const id = digest(`content ${content}`)
      const chapters = [everyone]
      if (content % 10 < 6) chapters.push(most)
      if (content % 100 === 0) chapters.push(hundredth)
      const rows = Array.from({ length: ROWS }, (_, ordinal) => {
        const centre = centres[Math.floor(random() * centres.length)] as Float32Array
        return { ordinal, vector: near(centre, random) }
      })
      for (const { ordinal, vector } of rows) {
        all.push({ key: keyOf({ digest: id, ordinal }), chapters, vector })
      }
      await index.of(space).upsert(id, rows, chapters)
    }
    await index.optimize()
    const late = { ordinal: 0, vector: direction(random) }
    await index.of(space).upsert(digest('late'), [late], [hundredth])
    expect(await index.of(space).query(late.vector, [hundredth], 1)).toMatchObject([
      { digest: digest('late') },
    ])

    for (const chapter of [everyone, most, hundredth]) {
      let found = 0
      for (let i = 0; i < QUERIES; i++) {
        const query = near(centres[i] as Float32Array, random)
        const exact = all
          .filter(({ chapters }) => chapters.includes(chapter))
          .map(({ key, vector }) => ({ key, nearness: dot(query, vector) }))
          .sort((a, b) => b.nearness - a.nearness)
          .slice(0, K)
        const got = new Set((await index.of(space).query(query, [chapter], K)).map(keyOf))
        expect(got.size).toBe(K)
        found += exact.filter(({ key }) => got.has(key)).length
      }
      expect(found / (QUERIES * K)).toBeGreaterThanOrEqual(0.98)
    }
    await index.close()
  }, 300_000)
})

const keyOf = (row: { digest: Digest; ordinal: number }) => `${row.digest}:${row.ordinal}`

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0)
  return sum
}

function direction(random: () => number): Float32Array {
  const vector = Float32Array.from(
    { length: DIMENSION },
    () => random() + random() + random() - 1.5,
  )
  const length = Math.hypot(...vector)
  return vector.map((value) => value / length)
}

/** A vector in the neighbourhood of another, of length 1. */
function near(centre: Float32Array, random: () => number): Float32Array {
  const away = direction(random)
  const vector = centre.map((value, i) => value + 0.5 * (away[i] ?? 0))
  const length = Math.hypot(...vector)
  return vector.map((value) => value / length)
}

/** Numbers from 0 to 1 that only the seed decides (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
