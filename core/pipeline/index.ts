import type { DerivationRow, Ports, VectorRow } from '../ports/index.ts'
import { reindexPointers } from '../search/relink.ts'
import { EMBED_STEP, INDEX_STEP, queued } from './order.ts'
import type { StepDefinition } from './step.ts'
import { decodeVectors } from './vectors.ts'

/** Puts the vectors of a content into the index of the embedder's space. */
export const indexStep: StepDefinition = {
  ...INDEX_STEP,

  async run(ports, { digest }) {
    const { catalog, embedder, index } = ports
    const embedding = await catalog.derivations.get(digest, 'embed')
    if (embedding?.facts.space !== embedder.space.id) {
      return {
        state: 'skipped',
        facts: {},
        reason: 'OTHER_SPACE',
        message: 'The embedder was changed meanwhile; this file is embedded again.',
        next: [queued(EMBED_STEP)],
      }
    }
    const rows = await vectorsOf(ports, embedding)
    await index.upsert(digest, rows, await catalog.passages.placesOf(digest))
    // A pointer that moved between the two was too early for rows that were not there yet.
    await reindexPointers(ports, digest)
    return { state: 'done', facts: { space: embedder.space.id, count: rows.length }, next: [] }
  },
}

async function vectorsOf(
  { blobs, embedder }: Pick<Ports, 'blobs' | 'embedder'>,
  { blobPath }: DerivationRow,
): Promise<VectorRow[]> {
  if (!blobPath) return []
  const bytes: Uint8Array[] = []
  for await (const chunk of blobs.read(blobPath)) bytes.push(chunk)
  return decodeVectors(Buffer.concat(bytes), embedder.space.dimension)
}
