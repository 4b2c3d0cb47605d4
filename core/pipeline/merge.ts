import type { Digest } from '../digest.ts'
import type { Part } from '../model/locator.ts'
import type { Extraction, Ports } from '../ports/index.ts'
import { readExtraction } from './extraction.ts'
import { partsOf, readPages } from './ocr-result.ts'
import { readStretches, spokenLanguage, spokenParts } from './speech-result.ts'
import { countWords } from './tidy.ts'

type Stores = Pick<Ports, 'blobs' | 'catalog' | 'extractor'>

/** All text of a content, whoever read it, in the order of the file. */
export async function mergedText(
  ports: Stores,
  digest: Digest,
): Promise<{ extraction: Extraction; isMerged: boolean }> {
  const extraction = await extractionOf(ports, digest)
  const read = partsOf(await readPages(ports, digest), extraction.scannedPages === undefined)
  const heard = await readStretches(ports, digest)
  const said = spokenParts(heard)
  if (read.length + said.length === 0) return { extraction, isMerged: false }
  const parts = inOrder([...extraction.parts, ...read, ...said])
  const language = spokenLanguage(heard) ?? (await ports.extractor.languageOf(parts))
  const { language: _, ...rest } = extraction
  const wordCount = parts.reduce((sum, { text }) => sum + countWords(text), 0)
  return {
    extraction: { ...rest, parts, wordCount, ...(language && { language }) },
    isMerged: true,
  }
}

/** Of a recording whose own words nobody could read there is none, and it may be heard all the same. */
async function extractionOf(ports: Stores, digest: Digest): Promise<Extraction> {
  const row = await ports.catalog.derivations.get(digest, 'extract')
  return row && !row.blobPath ? NOTHING : readExtraction(ports, digest)
}

const NOTHING: Extraction = {
  parts: [],
  coverage: { unit: 'file', done: 0, total: 0, missing: [] },
  wordCount: 0,
  metadata: {},
  attachments: [],
}

/** Where a page has text of both kinds, what stands in letters comes first. Sorting is stable. */
const inOrder = (parts: readonly Part[]): Part[] =>
  parts.toSorted((a, b) => placeOf(a) - placeOf(b))

const placeOf = ({ locator: { page, startMs } }: Part): number => page ?? startMs ?? 0
