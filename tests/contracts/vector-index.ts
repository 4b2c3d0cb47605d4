import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Digest } from '../../core/digest.ts'
import { newId } from '../../core/ids.ts'
import type { Space, VectorIndex } from '../../core/ports/index.ts'

const A = digest('a')
const B = digest('b')
export const SPACE: Space = { id: 'test_4', model: 'test', dimension: 4, pooling: 'none' }
const OTHER: Space = { id: 'other_2', model: 'other', dimension: 2, pooling: 'mean' }
const HERE = newId()
const THERE = newId()
const EAST = Float32Array.of(1, 0, 0, 0)
const NORTH = Float32Array.of(0, 1, 0, 0)
const NORTH_EAST = Float32Array.of(Math.SQRT1_2, Math.SQRT1_2, 0, 0)

/** What every VectorIndex must do. */
export function vectorIndexContract(name: string, open: () => Promise<VectorIndex>) {
  describe(`${name} is a VectorIndex`, () => {
    it('finds nothing and minds nothing while it is empty', async () => {
      const index = await open()
      await index.setPlaces(A, [HERE])
      await index.remove(A)
      await index.optimize()
      expect(await index.of(SPACE).query(EAST, 'all', 5)).toEqual([])
      expect(await index.count()).toBe(0)
      await index.close()
    })

    it('finds the nearest rows by cosine, nearest first', async () => {
      const index = await open()
      await index.of(SPACE).upsert(A, rows(EAST, NORTH), [HERE])
      await index.of(SPACE).upsert(B, rows(NORTH_EAST), [HERE])
      const found = await index.of(SPACE).query(Float32Array.of(3, 0.1, 0, 0), 'all', 2)
      expect(found.map(keyOf)).toEqual([`${A}:0`, `${B}:0`])
      expect(found[0]?.distance).toBeCloseTo(0, 2)
      expect(found[1]?.distance).toBeCloseTo(1 - Math.SQRT1_2, 1)
      await index.close()
    })

    it('looks only where it may, before it counts to k', async () => {
      const index = await open()
      await index.of(SPACE).upsert(A, rows(EAST, EAST, EAST), [THERE])
      await index.of(SPACE).upsert(B, rows(NORTH), [HERE, THERE])
      expect((await index.of(SPACE).query(EAST, [HERE], 1)).map(keyOf)).toEqual([`${B}:0`])
      expect(await index.of(SPACE).query(EAST, [THERE], 9)).toHaveLength(4)
      expect(await index.of(SPACE).query(EAST, [newId()], 9)).toEqual([])
      expect(await index.of(SPACE).query(EAST, [], 9)).toEqual([])
      await index.close()
    })

    it('replaces all rows of a content, also by fewer or none', async () => {
      const index = await open()
      await index.of(SPACE).upsert(A, rows(EAST, EAST, EAST), [HERE])
      await index.of(SPACE).upsert(A, rows(NORTH), [THERE])
      expect(await index.count()).toBe(1)
      expect(await index.of(SPACE).query(EAST, [HERE], 9)).toEqual([])
      await index.of(SPACE).upsert(A, [], [THERE])
      expect(await index.count()).toBe(0)
      await index.close()
    })

    it('follows a content from chapter to chapter, into none and back', async () => {
      const index = await open()
      await index.of(SPACE).upsert(A, rows(EAST, NORTH), [HERE])
      await index.setPlaces(A, [THERE])
      expect(await index.of(SPACE).query(EAST, [HERE], 9)).toEqual([])
      expect(await index.of(SPACE).query(EAST, [THERE], 9)).toHaveLength(2)
      await index.setPlaces(A, [])
      expect(await index.of(SPACE).query(EAST, [HERE, THERE], 9)).toEqual([])
      await index.setPlaces(A, [HERE, THERE])
      expect(await index.of(SPACE).query(EAST, [HERE], 9)).toHaveLength(2)
      await index.close()
    })

    it('forgets what is removed, and only that', async () => {
      const index = await open()
      await index.of(SPACE).upsert(A, rows(EAST), [HERE])
      await index.of(SPACE).upsert(B, rows(EAST), [HERE])
      await index.remove(A)
      expect((await index.of(SPACE).query(EAST, 'all', 9)).map(keyOf)).toEqual([`${B}:0`])
      await index.close()
    })

    it('never finds a vector that says nothing', async () => {
      const index = await open()
      await index.of(SPACE).upsert(A, rows(new Float32Array(4), EAST), [HERE])
      expect((await index.of(SPACE).query(EAST, 'all', 9)).map(keyOf)).toEqual([`${A}:1`])
      await index.close()
    })

    it('never mixes the vectors of two spaces, and keeps the places of both', async () => {
      const index = await open()
      const wide = index.of(SPACE)
      const narrow = index.of(OTHER)
      await wide.upsert(A, rows(EAST), [HERE])
      await narrow.upsert(A, rows(Float32Array.of(0, 1)), [HERE])
      expect([await wide.count(), await narrow.count(), await index.count()]).toEqual([1, 1, 2])
      await index.setPlaces(A, [THERE])
      expect(await wide.query(EAST, [THERE], 9)).toHaveLength(1)
      expect(await narrow.query(Float32Array.of(0, 1), [THERE], 9)).toHaveLength(1)
      expect(await narrow.query(Float32Array.of(0, 1), [HERE], 9)).toEqual([])
      const refused = { reason: 'OTHER_SPACE' }
      await expect(narrow.query(EAST, 'all', 9)).rejects.toMatchObject(refused)
      await expect(narrow.upsert(A, rows(EAST), [HERE])).rejects.toMatchObject(refused)
      await index.drop(OTHER.id)
      expect([await wide.count(), await narrow.count(), await index.count()]).toEqual([1, 0, 1])
      await index.drop(OTHER.id)
      await narrow.upsert(B, rows(Float32Array.of(0, 1)), [HERE])
      await index.remove(B)
      await index.remove(A)
      expect(await index.count()).toBe(0)
      await index.close()
    })

    it('keeps one set of rows when two write the same content at once', async () => {
      const index = await open()
      await Promise.all([1, 2, 3].map(() => index.of(SPACE).upsert(A, rows(EAST, NORTH), [HERE])))
      expect(await index.count()).toBe(2)
      await index.close()
    })
  })
}

export function digest(text: string): Digest {
  return createHash('sha256').update(text).digest('hex') as Digest
}

const rows = (...vectors: Float32Array[]) => vectors.map((vector, ordinal) => ({ ordinal, vector }))

const keyOf = (row: { digest: Digest; ordinal: number }) => `${row.digest}:${row.ordinal}`
