import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import type { Digest } from '../digest.ts'
import { AppError, notFound } from '../errors.ts'
import type { Extraction, Ports } from '../ports/index.ts'
import { MAX_TEXT_BYTES } from './tidy.ts'

const deflate = promisify(gzip)
const inflate = promisify(gunzip)

/** An extraction as it lies in the blob store: JSON, gzip. Equal extractions give equal bytes. */
export async function* encodeExtraction(extraction: Extraction): AsyncGenerator<Uint8Array> {
  yield await deflate(JSON.stringify(extraction), { level: 6 })
}

/**
 * The located text of a content, as the `extract` step left it.
 *
 * @throws AppError `not_found` when there is none (yet), `internal` when the stored text is damaged
 */
export async function readExtraction(
  { blobs, catalog }: Pick<Ports, 'blobs' | 'catalog'>,
  digest: Digest,
): Promise<Extraction> {
  const row = await catalog.derivations.get(digest, 'extract')
  if (!row?.blobPath) throw notFound()
  return parseExtraction(await packedExtraction(blobs, row.blobPath))
}

/** An extraction as `encodeExtraction` left it, from its path. */
export async function packedExtraction(blobs: Ports['blobs'], path: string): Promise<Uint8Array> {
  const packed: Uint8Array[] = []
  for await (const chunk of blobs.read(path)) packed.push(chunk)
  return Buffer.concat(packed)
}

/** @throws AppError `internal` when the stored text is damaged */
export async function parseExtraction(packed: Uint8Array): Promise<Extraction> {
  try {
    // JSON escapes and locators make it longer than the text it carries, but not without end.
    const json = await inflate(packed, { maxOutputLength: 8 * MAX_TEXT_BYTES })
    return JSON.parse(json.toString()) as Extraction
  } catch (cause) {
    throw new AppError('internal', 'The extracted text of this file is damaged.', { cause })
  }
}
