import type { Ports } from '../ports/index.ts'
import { reindexPointers } from '../search/relink.ts'

const PAGE = 500
/** Events that are looked at together. */
const EVENTS = 500
/** Contents that one round relinks at most; the next goes on. */
const MOST = 2_000
/** Pause between two pages, for everybody else. */
const BREATH_MS = 5

/**
 * Finds contents whose place in the indexes is not where their pointers are, and puts it right: who
 * moved, trashed or restored them died before telling. Until then nothing shows that may not be
 * seen, but something may be missing.
 */
export async function relinkOutdated(
  ports: Pick<Ports, 'catalog' | 'clock' | 'index'>,
  signal: AbortSignal,
): Promise<{ relinked: number }> {
  let relinked = 0
  let after: string | undefined = ''
  while (after !== undefined && relinked < MOST && !signal.aborted) {
    const page = await ports.catalog.passages.outdated(after, PAGE)
    for (const digest of page.digests) await reindexPointers(ports, digest)
    relinked += page.digests.length
    after = page.last
    await ports.clock.sleep(BREATH_MS, signal)
  }
  return { relinked }
}

/**
 * Relinks at once what was moved to another chapter, since the event `after`, by somebody who cannot
 * reach the index, as shares do. What is missed, `relinkOutdated` finds.
 *
 * @returns the last event that was looked at
 */
export async function relinkMoved(
  ports: Pick<Ports, 'catalog' | 'index'>,
  after: number,
): Promise<number> {
  const { journal, library } = ports.catalog
  const events = await journal.events('all', '', after, EVENTS)
  const moved = events.filter(({ kind, payload }) => kind === 'document' && payload.relink === true)
  for (const id of new Set(moved.map(({ payload }) => String(payload.document_id)))) {
    const document = await library.document('all', id)
    if (document) await reindexPointers(ports, document.version.digest)
  }
  return events.at(-1)?.id ?? after
}
