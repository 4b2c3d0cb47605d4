import type { Digest } from '../../core/digest.ts'
import type { VectorIndex, VectorRow } from '../../core/ports/index.ts'

/** A vector index that lives as long as the process: for tests and trials. */
export function memoryVectorIndex(): VectorIndex {
  const contents = new Map<Digest, { rows: readonly VectorRow[]; placeIds: ReadonlySet<string> }>()
  return {
    async upsert(digest, rows, placeIds) {
      const telling = rows.filter(({ vector }) => vector.some((value) => value !== 0))
      contents.set(digest, { rows: telling, placeIds: new Set(placeIds) })
    },
    async setPlaces(digest, placeIds) {
      const content = contents.get(digest)
      if (content) content.placeIds = new Set(placeIds)
    },
    async remove(digest) {
      contents.delete(digest)
    },
    async query(vector, placeIds, k) {
      return [...contents]
        .filter(
          ([, content]) => placeIds === 'all' || placeIds.some((id) => content.placeIds.has(id)),
        )
        .flatMap(([digest, content]) =>
          content.rows.map((row) => ({
            digest,
            ordinal: row.ordinal,
            distance: 1 - cosine(vector, row.vector),
          })),
        )
        .sort((a, b) => a.distance - b.distance)
        .slice(0, k)
    },
    async count() {
      return [...contents.values()].reduce((sum, { rows }) => sum + rows.length, 0)
    },
    async optimize() {},
    async close() {},
  }
}

function cosine(a: Float32Array, b: Float32Array): number {
  let product = 0
  for (let i = 0; i < a.length; i++) product += (a[i] ?? 0) * (b[i] ?? 0)
  return product / (Math.hypot(...a) * Math.hypot(...b))
}
