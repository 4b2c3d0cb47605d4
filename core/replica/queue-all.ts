import type { Ports } from '../ports/index.ts'

const PAGE = 2_000
/** Pause between two pages, for everybody else who writes. */
const BREATH_MS = 5

/** Queues everything that `provider` has no row of yet: a store that is new gets what is old. */
export async function queueAll(
  { catalog, clock }: Pick<Ports, 'catalog' | 'clock'>,
  provider: string,
  signal: AbortSignal,
): Promise<void> {
  for (let afterId: number | undefined = 0; afterId !== undefined && !signal.aborted; ) {
    afterId = await catalog.copies.queueMissing(provider, { afterId, limit: PAGE }, clock.now())
    await clock.sleep(BREATH_MS, signal)
  }
}
