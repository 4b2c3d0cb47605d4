import { sql } from 'kysely'
import type { Digest } from '../../core/digest.ts'
import type { Near, NearKind, Signature } from '../../core/ports/index.ts'
import type { Database } from './database.ts'
import { isTold } from './told.ts'
import { isVisible } from './visible.ts'

/**
 * Contents with a band in common that are looked at closer, those with most of them first. More are
 * copies of one form; looking through a hundred thousand of those would take a second.
 */
const MOST_MET = 20_000

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
    const { rows } = await sql<{ digest: string; kind: NearKind; signature: Uint8Array }>`
      with met as materialized (
        select n.content_id, count(*) as shared
        from json_each(${JSON.stringify(bands)}) k
        cross join near_bands n on n.band = k.value
        group by n.content_id order by shared desc, n.content_id limit ${MOST_MET})
      select c.digest, c.kind, c.signature
      from met m
      cross join near_contents c on c.id = m.content_id
      where c.digest <> ${digest} and exists (
        select 1 from blobs b
        cross join versions v on v.blob_id = b.id
        cross join documents d on d.id = v.document_id and d.current_version_id = v.id
        where b.digest = c.digest and v.linked_at is not null and d.trashed_at is null
          and ${isTold('near')} and ${isVisible('d.chapter_id', visible)})
      order by m.shared desc, c.id limit ${limit}`.execute(db.read)
    return rows.map(toSignature)
  },
})

const toSignature = (row: {
  digest: string
  kind: NearKind
  signature: Uint8Array
}): Signature => ({ digest: row.digest as Digest, kind: row.kind, bytes: row.signature })
