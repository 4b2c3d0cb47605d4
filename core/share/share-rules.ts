import { AppError } from '../errors.ts'
import type { Ports, ScanWindow, Share } from '../ports/index.ts'
import { cleanPatterns } from './clean-patterns.ts'

/** What may be said of how a share is taken in. Null takes back what was said. */
export interface ShareRules {
  ownerId?: string
  mode?: Share['mode']
  mapping?: Share['mapping']
  exclude?: readonly string[]
  include?: readonly string[]
  onConflict?: 'version' | 'keep_both' | null
  scanEveryMs?: number | null
  scanWindow?: ScanWindow | null
  /** Whether files in archives become documents of their own. */
  expandArchives?: boolean
}

type Rules = Pick<
  Share,
  | 'mode'
  | 'mapping'
  | 'exclude'
  | 'include'
  | 'onConflict'
  | 'scanEveryMs'
  | 'scanWindow'
  | 'expandArchives'
>

/**
 * The rules of a share after a change of some of them.
 *
 * @throws AppError `bad_request` (reason `SHARE_OWNER`) for an owner who is not there, or closed
 */
export async function rulesOf(
  { catalog }: Pick<Ports, 'catalog'>,
  before: Rules,
  change: ShareRules,
): Promise<Rules> {
  if (change.ownerId !== undefined) {
    const owner = await catalog.people.user(change.ownerId)
    if (!owner || owner.disabledAt !== undefined) throw noOwner()
  }
  const onConflict = changed(before.onConflict, change.onConflict)
  const scanEveryMs = changed(before.scanEveryMs, change.scanEveryMs)
  const scanWindow = changed(before.scanWindow, change.scanWindow)
  return {
    mode: change.mode ?? before.mode,
    mapping: change.mapping ?? before.mapping,
    exclude: cleanPatterns(change.exclude ?? before.exclude),
    include: cleanPatterns(change.include ?? before.include),
    ...(onConflict !== undefined && { onConflict }),
    ...(scanEveryMs !== undefined && { scanEveryMs }),
    ...(scanWindow !== undefined && { scanWindow }),
    ...((change.expandArchives ?? before.expandArchives) && { expandArchives: true }),
  }
}

/** A share with these rules and none of its earlier ones. */
export function withRules(share: Share, rules: Rules): Share {
  const { onConflict: _, scanEveryMs: __, scanWindow: ___, expandArchives: ____, ...rest } = share
  return { ...rest, ...rules }
}

const changed = <T>(before: T | undefined, change: T | null | undefined): T | undefined =>
  change === undefined ? before : (change ?? undefined)

const noOwner = () =>
  new AppError('bad_request', 'Files need an owner whose account is open.', {
    reason: 'SHARE_OWNER',
  })
