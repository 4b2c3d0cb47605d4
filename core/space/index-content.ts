import type { Digest } from '../digest.ts'
import { decodeVectors } from '../pipeline/vectors.ts'
import type { ContentVectors, Ports, Space, VectorRow } from '../ports/index.ts'
import { reindexPointers } from '../search/relink.ts'

type Stores = Pick<Ports, 'blobs' | 'catalog' | 'index'>

/**
 * Puts what a content has in the spaces into the index, each into the table of its own.
 *
 * @param only one space; else all that are kept
 * @returns how many rows, by space
 */
export async function indexContent(
  ports: Stores,
  digest: Digest,
  only?: string,
): Promise<Map<string, number>> {
  const { catalog, index } = ports
  const spaces = new Map((await catalog.spaces.list()).map((space) => [space.id, space]))
  const written = new Map<string, number>()
  for (const vectors of await catalog.spaces.vectorsOf(digest)) {
    const space = spaces.get(vectors.spaceId)
    if (!space || (only !== undefined && only !== space.id)) continue
    const rows = await rowsOf(ports, space, vectors)
    await index.of(space).upsert(digest, rows, await catalog.passages.placesOf(digest))
    written.set(space.id, rows.length)
  }
  // A pointer that moved between the two was too early for rows that were not there yet.
  await reindexPointers(ports, digest)
  return written
}

async function rowsOf(
  { blobs }: Pick<Ports, 'blobs'>,
  { dimension }: Space,
  { blobPath }: ContentVectors,
): Promise<VectorRow[]> {
  if (!blobPath) return []
  const bytes: Uint8Array[] = []
  for await (const chunk of blobs.read(blobPath)) bytes.push(chunk)
  return decodeVectors(Buffer.concat(bytes), dimension)
}
