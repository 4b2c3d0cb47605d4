import { type Access, requireChapter } from '../access/access.ts'
import { actBy } from '../account/act.ts'
import type { Ports, Share } from '../ports/index.ts'
import { DONE_FOLDER } from './exclude.ts'
import { assertMayMove } from './share-folder.ts'
import { findShare, requireShareKeeper } from './share-keeper.ts'
import { rulesOf, type ShareRules, withRules } from './share-rules.ts'

/** What may change of a share; its folder may not: another folder is another share. */
export interface ShareChange extends ShareRules {
  id: string
  name?: string
  /** Where files go that come from now on. Documents that are there already stay where they are. */
  chapterId?: string
  settleMs?: number
  enabled?: boolean
}

/** @throws AppError `forbidden`, `not_found`, `bad_request` as `addShare` does */
export async function changeShare(
  ports: Pick<Ports, 'catalog' | 'clock'>,
  access: Access,
  { id, ...change }: ShareChange,
): Promise<Share> {
  requireShareKeeper(access)
  const share = await findShare(ports, id)
  if (change.chapterId) requireChapter(access, change.chapterId, 'contributor')
  if (change.mode === 'inbox' && share.mode !== 'inbox') await assertMayMove(share.path)
  const { name, chapterId, ownerId, settleMs, enabled } = change
  const changed: Share = {
    ...share,
    ...(name !== undefined && { name }),
    ...(chapterId !== undefined && { chapterId }),
    ...(ownerId !== undefined && { ownerId }),
    ...(settleMs !== undefined && { settleMs }),
    ...(enabled !== undefined && { enabled }),
  }
  const rules = await rulesOf(ports, share, withoutDone(share, change))
  return ports.catalog.shares.put(withRules(changed, rules), actBy(ports, access.actor))
}

/** What an inbox has put aside is stored already: a mirror must not take it for new files. */
function withoutDone(share: Share, change: ShareRules): ShareRules {
  if (share.mode !== 'inbox' || change.mode !== 'mirror') return change
  return { ...change, exclude: [...(change.exclude ?? share.exclude), `/${DONE_FOLDER}`] }
}
