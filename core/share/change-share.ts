import { type Access, requireChapter } from '../access/access.ts'
import { actBy } from '../account/act.ts'
import type { Ports, Share } from '../ports/index.ts'
import { cleanPatterns } from './clean-patterns.ts'
import { findShare, requireShareKeeper } from './share-keeper.ts'

/** What may change of a share; its folder may not: another folder is another share. */
export interface ShareChange {
  id: string
  name?: string
  /** Where files go that come from now on. Documents that are there already stay where they are. */
  chapterId?: string
  exclude?: readonly string[]
  settleMs?: number
  enabled?: boolean
}

/** @throws AppError `forbidden`, `not_found` */
export async function changeShare(
  ports: Pick<Ports, 'catalog' | 'clock'>,
  access: Access,
  { id, ...change }: ShareChange,
): Promise<Share> {
  requireShareKeeper(access)
  const share = await findShare(ports, id)
  if (change.chapterId) requireChapter(access, change.chapterId, 'contributor')
  const exclude = cleanPatterns(change.exclude ?? share.exclude)
  return ports.catalog.shares.put({ ...share, ...change, exclude }, actBy(ports, access.actor))
}
