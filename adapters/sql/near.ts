import { sql } from 'kysely'
import type { Visible } from '../../core/access/access.ts'
import type { Digest } from '../../core/digest.ts'
import type { Near, NearKind, Signature } from '../../core/ports/index.ts'
import type { Database } from './database.ts'
import { isTold } from './told.ts'
import { isVisible } from './visible.ts'

/**
 * Who sees no more documents than this is answered from them: it takes as long however much there is
 * that is hidden. Others from what has a band in common.
 */
const FEW = 200

/** Signatures, and the bands by which they are met: 20 rows a text, 4 a picture. */
export const sqlNear = (db: Database): Near => ({
  put: (digest, signature) =>
    db.write(async (tx) => {
      await tx.deleteFrom('near_contents').where('digest', '=', digest).execute()
      if (!signature) return
      const { kind, bytes, bands } = signature
      const { id } = await tx
        .insertInto('near_contents')
        .values({ digest, kind, signature: bytes })
        .returning('id')
        .executeTakeFirstOrThrow()
      await sql`insert into near_bands (band, content_id)
        select distinct value, ${id} from json_each(${JSON.stringify(bands)})`.execute(tx)
    }),

  async of(digest) {
    const row = await db.read
      .selectFrom('near_contents')
      .select(['digest', 'kind', 'signature'])
      .where('digest', '=', digest)
      .executeTakeFirst()
    return row && toSignature(row)
  },

  async sharing(digest, bands, visible, limit) {
    const asked = JSON.stringify(bands)
    const met = (await seesFew(db, visible)) ? metAmong(visible, asked) : metIn(visible, asked)
    const { rows } = await sql<{ digest: string; kind: NearKind; signature: Uint8Array }>`
      with met as materialized (${met(digest)} limit ${limit})
      select c.digest, c.kind, c.signature
      from met m
      cross join near_contents c on c.id = m.content_id
      order by m.shared desc, c.id`.execute(db.read)
    return rows.map(toSignature)
  },
})

async function seesFew(db: Database, visible: Visible): Promise<boolean> {
  if (visible === 'all') return false
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from (
      select 1 from json_each(${JSON.stringify(visible)}) k
      cross join documents d on d.chapter_id = k.value and d.trashed_at is null
      limit ${FEW + 1})`.execute(db.read)
  return (rows[0]?.count ?? 0) <= FEW
}

const isShown = sql<boolean>`
  v.linked_at is not null and d.trashed_at is null and ${isTold('near')}`

/** Of all that is in sight what has a band in common. */
const metAmong = (visible: Visible, bands: string) => (digest: Digest) =>
  sql`
  select n.content_id, count(*) as shared
  from (
    select distinct c.id
    from json_each(${JSON.stringify(visible)}) k
    cross join documents d on d.chapter_id = k.value
    cross join versions v on v.id = d.current_version_id
    cross join blobs b on b.id = v.blob_id
    cross join near_contents c on c.digest = b.digest
    where c.digest <> ${digest} and ${isShown}) s
  cross join near_bands n on n.content_id = s.id
  where n.band in (select value from json_each(${bands}))
  group by n.content_id order by shared desc, n.content_id`

/**
 * Of all that has a band in common what is in sight. In the order of how much that is, which the limit
 * keeps, so that no more of it is looked at than is wanted.
 */
const metIn = (visible: Visible, bands: string) => (digest: Digest) =>
  sql`
  select m.content_id, m.shared
  from (
    select n.content_id, count(*) as shared
    from json_each(${bands}) k
    cross join near_bands n on n.band = k.value
    group by n.content_id order by shared desc, n.content_id limit -1) m
  cross join near_contents c on c.id = m.content_id
  where c.digest <> ${digest} and exists (
    select 1 from blobs b
    cross join versions v on v.blob_id = b.id
    cross join documents d on d.id = v.document_id and d.current_version_id = v.id
    where b.digest = c.digest and ${isShown} and ${isVisible('d.chapter_id', visible)})`

const toSignature = (row: {
  digest: string
  kind: NearKind
  signature: Uint8Array
}): Signature => ({ digest: row.digest as Digest, kind: row.kind, bytes: row.signature })
