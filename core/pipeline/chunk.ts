import { storeDerived } from '../ingest/store-derived.ts'
import { encodeExtraction } from './extraction.ts'
import { mergedText } from './merge.ts'
import { CHUNK_STEP, EMBED_STEP, queued } from './order.ts'
import { splitParts } from './split.ts'
import type { StepDefinition } from './step.ts'

/**
 * Puts together what each step has read, in the order of the file, cuts it into pieces to embed and
 * to show, and makes their words searchable.
 */
export const chunkStep: StepDefinition = {
  ...CHUNK_STEP,

  async run(ports, { digest }) {
    const { extraction, isMerged } = await mergedText(ports, digest)
    const chunks = splitParts(extraction.parts)
    await ports.catalog.passages.replace(digest, chunks)
    const { wordCount, language } = extraction
    return {
      state: 'done',
      facts: { chunks: chunks.length, wordCount, ...(language && { language }) },
      ...(isMerged && { blobId: await storeDerived(ports, encodeExtraction(extraction)) }),
      next: [queued(EMBED_STEP)],
    }
  },
}
