import { includes, roleBy, standingOf } from '../access/standing.ts'
import type { Ports, UploadRow } from '../ports/index.ts'

/** A body that lasts is looked at again this often, in milliseconds. */
const AGAIN_MS = 10_000

/** Whether who asked for an upload may add to its chapter now, whatever they might then. */
export async function mayStillSend(
  { catalog }: Pick<Ports, 'catalog'>,
  { userId, chapterId }: Pick<UploadRow, 'userId' | 'chapterId'>,
): Promise<boolean> {
  const [user, shelves, rights] = await Promise.all([
    catalog.people.user(userId),
    catalog.library.shelves(),
    catalog.library.rightsOf(userId),
  ])
  const chapter = shelves.chapters.find(({ id }) => id === chapterId)
  if (!user || !chapter) return false
  return includes(roleBy(standingOf(user, rights).inChapter(chapter)), 'contributor')
}

/**
 * Passes `source` on for as long as `check` throws nothing: a body of hours is no way around a right
 * that was taken back.
 *
 * @throws what `check` throws
 */
export async function* whileGood(
  source: AsyncIterable<Uint8Array>,
  clock: Pick<Ports['clock'], 'monotonic'>,
  check: () => Promise<unknown>,
): AsyncGenerator<Uint8Array> {
  let checkedAt = clock.monotonic()
  for await (const chunk of source) {
    if (clock.monotonic() - checkedAt >= AGAIN_MS) {
      await check()
      checkedAt = clock.monotonic()
    }
    yield chunk
  }
}
