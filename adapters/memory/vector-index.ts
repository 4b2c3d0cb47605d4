import type { Digest } from '../../core/digest.ts'
import type { SpaceVectors, VectorIndex, VectorRow } from '../../core/ports/index.ts'
import { assertOfSpace } from '../../core/search/same-space.ts'

type Contents = Map<Digest, { rows: readonly VectorRow[]; placeIds: ReadonlySet<string> }>

/** A vector index that lives as long as the process: for tests and trials. */
export function memoryVectorIndex(): VectorIndex {
  const spaces = new Map<string, Contents>()
  const contentsOf = (spaceId: string): Contents => spaces.get(spaceId) ?? new Map()
  return {
    of: (space): SpaceVectors => ({
      async upsert(digest, rows, placeIds) {
        assertOfSpace(
          space,
          rows.map(({ vector }) => vector),
        )
        const telling = rows.filter(({ vector }) => vector.some((value) => value !== 0))
        const contents = contentsOf(space.id)
        spaces.set(space.id, contents.set(digest, { rows: telling, placeIds: new Set(placeIds) }))
      },
      async query(vector, placeIds, k) {
        assertOfSpace(space, [vector])
        return nearest(contentsOf(space.id), vector, placeIds).slice(0, k)
      },
      count: async () => rowsIn(contentsOf(space.id)),
    }),
    async setPlaces(digest, placeIds) {
      for (const contents of spaces.values()) {
        const content = contents.get(digest)
        if (content) content.placeIds = new Set(placeIds)
      }
    },
    async remove(digest) {
      for (const contents of spaces.values()) contents.delete(digest)
    },
    async drop(spaceId) {
      spaces.delete(spaceId)
    },
    count: async () => [...spaces.values()].reduce((sum, contents) => sum + rowsIn(contents), 0),
    async optimize() {},
    async close() {},
  }
}

const rowsIn = (contents: Contents): number =>
  [...contents.values()].reduce((sum, { rows }) => sum + rows.length, 0)

const nearest = (contents: Contents, vector: Float32Array, placeIds: readonly string[] | 'all') =>
  [...contents]
    .filter(([, content]) => placeIds === 'all' || placeIds.some((id) => content.placeIds.has(id)))
    .flatMap(([digest, content]) =>
      content.rows.map((row) => ({
        digest,
        ordinal: row.ordinal,
        distance: 1 - cosine(vector, row.vector),
      })),
    )
    .sort((a, b) => a.distance - b.distance)

function cosine(a: Float32Array, b: Float32Array): number {
  let product = 0
  for (let i = 0; i < a.length; i++) product += (a[i] ?? 0) * (b[i] ?? 0)
  return product / (Math.hypot(...a) * Math.hypot(...b))
}
