import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Digest } from '../../core/digest.ts'
import { newId } from '../../core/ids.ts'
import type { VectorIndex } from '../../core/ports/index.ts'

const A = digest('a')
const B = digest('b')
const HERE = newId()
const THERE = newId()
const EAST = Float32Array.of(1, 0, 0, 0)
const NORTH = Float32Array.of(0, 1, 0, 0)
const NORTH_EAST = Float32Array.of(Math.SQRT1_2, Math.SQRT1_2, 0, 0)

/** What every VectorIndex must do, in a space of four dimensions. */
export function vectorIndexContract(name: string, open: () => Promise<VectorIndex>) {
  describe(`${name} is a VectorIndex`, () => {
    it('finds nothing and minds nothing while it is empty', async () => {
      const index = await open()
      await index.setPlaces(A, [HERE])
      await index.remove(A)
      await index.optimize()
      expect(await index.query(EAST, 'all', 5)).toEqual([])
      expect(await index.count()).toBe(0)
      await index.close()
    })

    it('finds the nearest rows by cosine, nearest first', async () => {
      const index = await open()
      await index.upsert(A, rows(EAST, NORTH), [HERE])
      await index.upsert(B, rows(NORTH_EAST), [HERE])
      const found = await index.query(Float32Array.of(3, 0.1, 0, 0), 'all', 2)
      expect(found.map(keyOf)).toEqual([`${A}:0`, `${B}:0`])
      expect(found[0]?.distance).toBeCloseTo(0, 2)
      expect(found[1]?.distance).toBeCloseTo(1 - Math.SQRT1_2, 1)
      await index.close()
    })

    it('looks only where it may, before it counts to k', async () => {
      const index = await open()
      await index.upsert(A, rows(EAST, EAST, EAST), [THERE])
      await index.upsert(B, rows(NORTH), [HERE, THERE])
      expect((await index.query(EAST, [HERE], 1)).map(keyOf)).toEqual([`${B}:0`])
      expect(await index.query(EAST, [THERE], 9)).toHaveLength(4)
      expect(await index.query(EAST, [newId()], 9)).toEqual([])
      expect(await index.query(EAST, [], 9)).toEqual([])
      await index.close()
    })

    it('replaces all rows of a content, also by fewer or none', async () => {
      const index = await open()
      await index.upsert(A, rows(EAST, EAST, EAST), [HERE])
      await index.upsert(A, rows(NORTH), [THERE])
      expect(await index.count()).toBe(1)
      expect(await index.query(EAST, [HERE], 9)).toEqual([])
      await index.upsert(A, [], [THERE])
      expect(await index.count()).toBe(0)
      await index.close()
    })

    it('follows a content from chapter to chapter, into none and back', async () => {
      const index = await open()
      await index.upsert(A, rows(EAST, NORTH), [HERE])
      await index.setPlaces(A, [THERE])
      expect(await index.query(EAST, [HERE], 9)).toEqual([])
      expect(await index.query(EAST, [THERE], 9)).toHaveLength(2)
      await index.setPlaces(A, [])
      expect(await index.query(EAST, [HERE, THERE], 9)).toEqual([])
      await index.setPlaces(A, [HERE, THERE])
      expect(await index.query(EAST, [HERE], 9)).toHaveLength(2)
      await index.close()
    })

    it('forgets what is removed, and only that', async () => {
      const index = await open()
      await index.upsert(A, rows(EAST), [HERE])
      await index.upsert(B, rows(EAST), [HERE])
      await index.remove(A)
      expect((await index.query(EAST, 'all', 9)).map(keyOf)).toEqual([`${B}:0`])
      await index.close()
    })

    it('never finds a vector that says nothing', async () => {
      const index = await open()
      await index.upsert(A, rows(new Float32Array(4), EAST), [HERE])
      expect((await index.query(EAST, 'all', 9)).map(keyOf)).toEqual([`${A}:1`])
      await index.close()
    })

    it('keeps one set of rows when two write the same content at once', async () => {
      const index = await open()
      await Promise.all([1, 2, 3].map(() => index.upsert(A, rows(EAST, NORTH), [HERE])))
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
