import { basename } from 'node:path'
import { type Access, requireChapter } from '../access/access.ts'
import { actBy } from '../account/act.ts'
import { newId } from '../ids.ts'
import type { Ports, Share } from '../ports/index.ts'
import { cleanPatterns } from './clean-patterns.ts'
import { checkShareFolder } from './share-folder.ts'
import { requireShareKeeper } from './share-keeper.ts'

/** A folder to watch from now on. */
export interface ShareWanted {
  path: string
  chapterId: string
  /** The folder's own name when there is none. */
  name?: string
  exclude?: readonly string[]
  settleMs?: number
}

/** What the box itself adds to a wish. */
export interface ShareDefaults {
  dataDir: string
  settleMs: number
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
  const act = actBy(ports, access.actor)
  const share: Share = {
    id: newId(act.now),
    name: wanted.name ?? (basename(path) || path),
    path,
    chapterId: chapter.id,
    ownerId: act.userId,
    exclude: cleanPatterns(wanted.exclude ?? []),
    settleMs: wanted.settleMs ?? defaults.settleMs,
    enabled: true,
    createdAt: act.now,
  }
  return ports.catalog.shares.put(share, act)
}
