import { readExtraction } from './extraction.ts'
import { CHUNK_STEP, EMBED_STEP, queued } from './order.ts'
import { splitParts } from './split.ts'
import type { StepDefinition } from './step.ts'

/** Cuts the extracted text into pieces to embed and to show, and makes their words searchable. */
export const chunkStep: StepDefinition = {
  ...CHUNK_STEP,

  async run(ports, { digest }) {
    const { parts } = await readExtraction(ports, digest)
    const chunks = splitParts(parts)
    await ports.catalog.passages.replace(digest, chunks)
    return { state: 'done', facts: { chunks: chunks.length }, next: [queued(EMBED_STEP)] }
  },
}
