import { textStateOf } from '../library/text-state.ts'
import type { Unread } from '../model/hit.ts'
import type { DerivationRow, Ports } from '../ports/index.ts'

/** What could not be read of these versions, for those of which not all, or nothing, could be read. */
export async function unreadOf(
  { catalog }: Pick<Ports, 'catalog'>,
  versionIds: readonly string[],
): Promise<Map<string, Unread>> {
  const steps = await catalog.derivations.shownOf([...new Set(versionIds)])
  const unread = new Map<string, Unread>()
  for (const [versionId, shown] of steps) {
    // What is read again was read before: it can be found until the new text takes its place.
    const { state, wordCount = 0, coverage, reason } = textStateOf(shown.filter(isOver))
    if (state !== 'partial' && state !== 'failed') continue
    unread.set(versionId, {
      isPartly: wordCount > 0 || (coverage?.done ?? 0) > 0,
      ...(coverage && { coverage }),
      ...(reason !== undefined && { reason }),
    })
  }
  return unread
}

const isOver = ({ state }: DerivationRow): boolean => state !== 'waiting' && state !== 'working'
