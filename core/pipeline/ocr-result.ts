import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import type { Digest } from '../digest.ts'
import { AppError } from '../errors.ts'
import type { Coverage, Gap, Part } from '../model/locator.ts'
import type { OcrPage, Ports } from '../ports/index.ts'
import { packedExtraction } from './extraction.ts'
import { cleanText, MAX_TEXT_BYTES } from './tidy.ts'

const deflate = promisify(gzip)
const inflate = promisify(gunzip)

/** Pages as they lie in the blob store, those that were not read included: JSON, gzip. */
export async function* encodePages(pages: readonly OcrPage[]): AsyncGenerator<Uint8Array> {
  yield await deflate(JSON.stringify(pages), { level: 6 })
}

/** What the `ocr` step found in a content; nothing when it has found nothing (yet). */
export async function readPages(
  { blobs, catalog }: Pick<Ports, 'blobs' | 'catalog'>,
  digest: Digest,
): Promise<OcrPage[]> {
  const row = await catalog.derivations.get(digest, 'ocr')
  if (!row?.blobPath) return []
  try {
    const packed = await packedExtraction(blobs, row.blobPath)
    const json = await inflate(packed, { maxOutputLength: 8 * MAX_TEXT_BYTES })
    return JSON.parse(json.toString()) as OcrPage[]
  } catch (cause) {
    throw new AppError('internal', 'The text read from the pictures of this file is damaged.', {
      cause,
    })
  }
}

/** Text of pages as located parts. Of a picture there is no page to name. */
export const partsOf = (pages: readonly OcrPage[], isPicture: boolean): Part[] =>
  pages
    .map(({ page, text }) => ({ text: cleanText(text), locator: isPicture ? {} : { page } }))
    .filter(({ text }) => text !== '')

/** How many pages were read, and why the others were not: `pages 3 to 9: …`. */
export function coverageOf(pages: readonly OcrPage[], unit: Coverage['unit']): Coverage {
  const gaps = gapsOf(pages)
  const failed = pages.filter(({ failure }) => failure).length
  return {
    unit,
    done: pages.length - failed,
    total: pages.length,
    missing: gaps.map(lineOf),
    ...(gaps.length > 0 && { gaps }),
  }
}

/** Pages in a row that failed alike are one gap. */
function gapsOf(pages: readonly OcrPage[]): Gap[] {
  const gaps: Gap[] = []
  for (const { page, failure } of pages) {
    if (!failure) continue
    const last = gaps.at(-1)
    if (last && last.to === page - 1 && last.message === failure.message) last.to = page
    else gaps.push({ unit: 'page', from: page, to: page, ...failure })
  }
  return gaps
}

const lineOf = ({ from, to, message }: Gap): string =>
  from === to ? `page ${from}: ${message}` : `pages ${from} to ${to}: ${message}`
