import { storeDerived } from '../core/ingest/store-derived.ts'
import type { Step } from '../core/model/job.ts'
import { encodeExtraction } from '../core/pipeline/extraction.ts'
import { CHUNK_STEP, EXTRACT_STEP, queued } from '../core/pipeline/order.ts'
import type { StepDefinition } from '../core/pipeline/step.ts'
import { steps } from '../core/pipeline/steps.ts'

/** Takes the bytes of a file as its text, without a process of its own for each. */
const readAsText: StepDefinition = {
  ...EXTRACT_STEP,
  async run(ports, { digest }) {
    const row = await ports.catalog.blobs.live(digest)
    const bytes: Uint8Array[] = []
    for await (const chunk of ports.blobs.read(row?.path ?? '')) bytes.push(chunk)
    const text = Buffer.concat(bytes).toString()
    const extraction = {
      parts: [{ text, locator: { line: 1 } }],
      coverage: { unit: 'file' as const, done: 1, total: 1, missing: [] },
      wordCount: text.split(/\s+/).length,
      metadata: {},
      attachments: [],
    }
    const blobId = await storeDerived(ports, encodeExtraction(extraction))
    return { state: 'done', facts: {}, blobId, next: [queued(CHUNK_STEP)] }
  },
}

/** The steps of the product, for tests that need many texts and no parser. */
export const quickSteps: ReadonlyMap<Step, StepDefinition> = new Map(
  [...steps]
    .filter(([step]) => step !== 'preview')
    .map(([step, definition]) => [step, step === 'extract' ? readAsText : definition]),
)
