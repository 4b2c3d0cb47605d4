import type { Digest } from '../digest.ts'
import { storeDerived } from '../ingest/store-derived.ts'
import { permitToLeave } from '../leaving/embed-elsewhere.ts'
import type { Chunk } from '../model/locator.ts'
import { encodeVectors } from '../pipeline/vectors.ts'
import type { Embedder, Ports, SpaceClaim } from '../ports/index.ts'

/** Few enough that a stop is heard soon, many enough for texts of like length to meet. */
const BATCH = 32

/** How the work is stopped, and whom it tells how far it is. */
interface Watch {
  signal: AbortSignal
  progress(share: number): void
}

/**
 * Turns the chunks of a content into vectors of the embedder's space and keeps them in the catalog,
 * not yet in the index.
 *
 * @returns how many chunks there were; undefined, with nothing kept, when the text changed meanwhile
 */
export async function embedContent(
  ports: Pick<Ports, 'blobs' | 'catalog' | 'clock'>,
  embedder: Embedder,
  digest: Digest,
  watch: Watch,
): Promise<{ count: number } | undefined> {
  const { passages, spaces } = ports.catalog
  const claim = await spaces.begin(embedder.space.id, digest)
  const chunks = await passages.of(digest)
  if (chunks.length === 0) {
    return (await spaces.keep(claim, { rows: 0 })) ? { count: 0 } : undefined
  }
  await permitToLeave(ports, embedder, {
    what: 'text',
    texts: chunks.map(({ text }) => text),
    digest,
  })
  const telling = { rows: 0 }
  const bytes = embedded(embedder, chunks, { ...watch, telling })
  const blobId = await storeDerived(ports, bytes)
  const isKept = await spaces.keep(claim, { blobId, rows: telling.rows })
  return isKept ? { count: chunks.length } : undefined
}

/** Notes that a content cannot be embedded in a space, so that the others need not wait for it. */
export async function giveUp(
  { catalog }: Pick<Ports, 'catalog'>,
  claim: Pick<SpaceClaim, 'spaceId' | 'digest'>,
  message: string,
): Promise<void> {
  const own = await catalog.spaces.begin(claim.spaceId, claim.digest)
  await catalog.spaces.keep(own, { message })
}

async function* embedded(
  embedder: Embedder,
  chunks: readonly Chunk[],
  { signal, progress, telling }: Watch & { telling: { rows: number } },
): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < chunks.length; at += BATCH) {
    signal.throwIfAborted()
    const texts = chunks.slice(at, at + BATCH).map(({ text }) => text)
    const vectors = await embedder.embed(texts, 'passage')
    telling.rows += vectors.filter((vector) => vector.some((value) => value !== 0)).length
    yield encodeVectors(vectors)
    progress(Math.min(1, (at + BATCH) / chunks.length))
  }
}
