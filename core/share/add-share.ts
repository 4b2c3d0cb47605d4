import { basename } from 'node:path'
import { type Access, requireChapter } from '../access/access.ts'
import { actBy } from '../account/act.ts'
import { newId } from '../ids.ts'
import type { Ports, Share } from '../ports/index.ts'
import { assertMayMove, checkShareFolder } from './share-folder.ts'
import { requireShareKeeper } from './share-keeper.ts'
import { rulesOf, type ShareRules } from './share-rules.ts'

/** A folder to watch from now on. */
export interface ShareWanted extends ShareRules {
  path: string
  chapterId: string
  /** The folder's own name when there is none. */
  name?: string
  settleMs?: number
}

/** What the box itself adds to a wish. */
export interface ShareDefaults {
  dataDir: string
  settleMs: number
}

/** What a share is unless somebody says otherwise. */
const PLAIN: Pick<Share, 'mode' | 'mapping' | 'exclude' | 'include'> = {
  mode: 'mirror',
  mapping: 'folders',
  exclude: [],
  include: [],
}

/**
 * Watches a folder of this machine, in the name of the caller.
 *
 * @throws AppError `forbidden`, `not_found` for a chapter that is not there, and what
 * `checkShareFolder` throws
 */
export async function addShare(
  ports: Pick<Ports, 'catalog' | 'clock'>,
  access: Access,
  wanted: ShareWanted,
  defaults: ShareDefaults,
): Promise<Share> {
  requireShareKeeper(access)
  const chapter = requireChapter(access, wanted.chapterId, 'contributor')
  const others = await ports.catalog.shares.list()
  const path = await checkShareFolder(wanted.path, { dataDir: defaults.dataDir, others })
  if (wanted.mode === 'inbox') await assertMayMove(path)
  const act = actBy(ports, access.actor)
  const share: Share = {
    id: newId(act.now),
    name: wanted.name ?? (basename(path) || path),
    path,
    chapterId: chapter.id,
    ownerId: wanted.ownerId ?? act.userId,
    ...(await rulesOf(ports, PLAIN, wanted)),
    settleMs: wanted.settleMs ?? defaults.settleMs,
    enabled: true,
    createdAt: act.now,
  }
  return ports.catalog.shares.put(share, act)
}
