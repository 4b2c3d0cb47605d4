import type { Committed, Ingest, NewVersion } from '../core/ports/index.ts'

/** Commits a version whose bytes nobody will read, and settles it. */
export async function commitContent(ingest: Ingest, input: NewVersion): Promise<Committed> {
  const begun = await ingest.begin(input)
  const committed = 'publishPath' in begun ? await ingest.finish(input, begun.publishPath) : begun
  await ingest.settle(1000, input.now)
  return committed
}
