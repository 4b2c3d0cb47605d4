import { storeDerived } from '../ingest/store-derived.ts'
import type { Chunk } from '../model/locator.ts'
import type { Embedder } from '../ports/index.ts'
import { EMBED_STEP, INDEX_STEP, queued } from './order.ts'
import type { StepContext, StepDefinition } from './step.ts'
import { encodeVectors } from './vectors.ts'

/** Few enough that a stop is heard soon, many enough for texts of like length to meet. */
const BATCH = 32

/** Turns the chunks of a content into vectors, once, and keeps them: the index can be made again. */
export const embedStep: StepDefinition = {
  ...EMBED_STEP,

  async run(ports, { digest }, context) {
    const { catalog, embedder } = ports
    const chunks = await catalog.passages.of(digest)
    const facts = { space: embedder.space.id, count: chunks.length }
    const next = [queued(INDEX_STEP)]
    if (chunks.length === 0) return { state: 'done', facts, next }
    const blobId = await storeDerived(ports, embedded(embedder, chunks, context))
    return { state: 'done', facts, blobId, next }
  },
}

async function* embedded(
  embedder: Embedder,
  chunks: readonly Chunk[],
  { signal, progress }: StepContext,
): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < chunks.length; at += BATCH) {
    signal.throwIfAborted()
    const texts = chunks.slice(at, at + BATCH).map(({ text }) => text)
    yield encodeVectors(await embedder.embed(texts, 'passage'))
    progress(Math.min(1, (at + BATCH) / chunks.length))
  }
}
