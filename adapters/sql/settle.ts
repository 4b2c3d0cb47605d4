import { sql } from 'kysely'
import type { Digest } from '../../core/digest.ts'
import type { Tag } from '../../core/keys.ts'
import type { Settled } from '../../core/ports/index.ts'
import type { Tx } from './database.ts'
import { prepared } from './prepared.ts'
import { reviveDead, startContent } from './queue-first.ts'
import { tryForNewcomer } from './try-again.ts'

/** What has a path and is to become a content of the box. */
export interface Newcomer {
  tag: Tag
  digest: Digest
  path: string
  now: number
}

interface Fresh {
  id: number
  tag: Tag
  digest: Digest
  path: string
}

/** Settles the oldest fresh blobs; see `Ingest.settle`. */
export async function settleOldest(tx: Tx, limit: number, now: number): Promise<Settled> {
  const fresh = await freshRows(tx, limit)
  const settled: Settled = { contents: [], orphanPaths: [] }
  for (const row of fresh) {
    const versionIds = await versionsOf(tx, row.id)
    const { blobId, orphanPath } = await settleOne(tx, { ...row, now })
    if (orphanPath) settled.orphanPaths.push(orphanPath)
    const { digest } = row
    // Nobody points to what was removed for good meanwhile; it stays for its grace like any other.
    const isNew = isSome(versionIds) && (await startContent(tx, { digest, versionIds, now }))
    if (!isNew && isSome(versionIds)) {
      await tryForNewcomer(tx, { digest, versionId: versionIds[0], now })
    }
    settled.contents.push({ blobId, digest, versionIds, isNew })
  }
  return settled
}

const isSome = (ids: readonly string[]): ids is readonly [string, ...string[]] => ids.length > 0

/** Settled or not yet: `db` may be the connection that only reads. */
export const freshRows = (db: Pick<Tx, 'selectFrom'>, limit: number): Promise<Fresh[]> =>
  db
    .selectFrom('blobs')
    .select(['id', 'tag', 'digest', 'path'])
    .where('state', '=', sql.lit('fresh'))
    .orderBy('id')
    .limit(limit)
    .$castTo<Fresh>()
    .execute()

async function versionsOf(tx: Tx, blobId: number): Promise<string[]> {
  const { rows } = await pointersTo.run(tx, { blobId })
  return rows.map((row) => row.id)
}

const pointersTo = prepared((db, given: { blobId: number }) =>
  db.selectFrom('versions').select('id').where('blob_id', '=', given.blobId),
)

/** The first copy of a content stays; a second one makes room for it, or takes a damaged one's place. */
async function settleOne(
  tx: Tx,
  fresh: Fresh & { now: number },
): Promise<{ blobId: number; orphanPath?: string }> {
  const twin = await liveBlob(tx, fresh.tag)
  if (twin) {
    await merge(tx, fresh.id, twin.id)
    await tx.insertInto('blob_reaps').values({ path: fresh.path }).execute()
    return { blobId: twin.id, orphanPath: fresh.path }
  }
  const damaged = await damagedBlob(tx, fresh.tag)
  if (damaged) {
    await merge(tx, fresh.id, damaged.id)
    return heal(tx, damaged, fresh)
  }
  await makeLive.run(tx, fresh)
  return { blobId: fresh.id }
}

const makeLive = prepared((db, given: { id: number }) =>
  db.updateTable('blobs').set({ state: 'live' }).where('id', '=', given.id),
)

/** Moves all pointers; the triggers move what they count. */
async function merge(tx: Tx, fromId: number, toId: number): Promise<void> {
  await tx.updateTable('versions').set({ blob_id: toId }).where('blob_id', '=', fromId).execute()
  await tx.deleteFrom('blobs').where('id', '=', fromId).execute()
}

export const liveBlob = (tx: Tx, tag: Tag) => inState.live.first(tx, { tag })

const damagedBlob = (tx: Tx, tag: Tag) => inState.damaged.first(tx, { tag })

const blobIn = (state: 'live' | 'damaged') =>
  prepared((db, given: { tag: Tag }) =>
    db
      .selectFrom('blobs')
      .select(['id', 'path'])
      .where('tag', '=', given.tag)
      .where('state', '=', sql.lit(state)),
  )

const inState = { live: blobIn('live'), damaged: blobIn('damaged') }

/** A damaged copy gets the newcomer's bytes, and with them every pointer that it has. */
async function heal(
  tx: Tx,
  damaged: { id: number; path: string },
  { path, digest, now }: Newcomer,
): Promise<{ blobId: number; orphanPath: string }> {
  await tx.updateTable('blobs').set({ path, state: 'live' }).where('id', '=', damaged.id).execute()
  await tx.insertInto('blob_reaps').values({ path: damaged.path }).execute()
  await reviveDead(tx, { digest, now })
  return { blobId: damaged.id, orphanPath: damaged.path }
}

/** Settles a derived content at once: nobody outside learns how long that takes. */
export async function settleDerived(
  tx: Tx,
  newcomer: Newcomer & { sizeBytes: number },
): Promise<{ blobId: number; orphanPath?: string }> {
  const { tag, digest, path, sizeBytes, now } = newcomer
  const twin = await liveBlob(tx, tag)
  if (twin) {
    await tx.insertInto('blob_reaps').values({ path }).execute()
    return { blobId: twin.id, orphanPath: path }
  }
  const damaged = await damagedBlob(tx, tag)
  if (damaged) return heal(tx, damaged, newcomer)
  const { id } = await tx
    .insertInto('blobs')
    .values({
      tag,
      digest,
      path,
      size_bytes: sizeBytes,
      zero_since: now,
      created_at: now,
      state: 'live',
    })
    .returning('id')
    .executeTakeFirstOrThrow()
  return { blobId: id }
}
