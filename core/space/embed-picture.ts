import type { Digest } from '../digest.ts'
import { storeDerived } from '../ingest/store-derived.ts'
import { mediaTypeOf, withContent } from '../pipeline/content.ts'
import { encodeVectors } from '../pipeline/vectors.ts'
import type { PictureEmbedder, Ports } from '../ports/index.ts'

/**
 * Turns a picture into a vector of the embedder's space and keeps it in the catalog, not yet in the
 * index. Its pixels are read by a parser in a process of its own.
 *
 * @returns false, with nothing kept, when the content or the space went away meanwhile
 * @throws AppError as `Extractor.pixels` and `PictureEmbedder.embedPicture` do
 */
export async function embedPicture(
  ports: Pick<Ports, 'blobs' | 'catalog' | 'clock' | 'extractor'>,
  embedder: PictureEmbedder,
  digest: Digest,
  signal: AbortSignal,
): Promise<boolean> {
  const { catalog, extractor } = ports
  const claim = await catalog.spaces.begin(embedder.space.id, digest)
  const mediaType = await mediaTypeOf(ports, digest)
  const size = { widthPx: embedder.sidePx, heightPx: embedder.sidePx }
  const rgb = await withContent(ports, digest, (file) =>
    extractor.pixels(file, mediaType, size, signal),
  )
  const vector = await embedder.embedPicture(rgb, size.widthPx, size.heightPx)
  const blobId = await storeDerived(ports, once(encodeVectors([vector])))
  const rows = vector.some((value) => value !== 0) ? 1 : 0
  return catalog.spaces.keep(claim, { blobId, rows })
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}
