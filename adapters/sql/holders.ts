import { sql } from 'kysely'
import type { Tag } from '../../core/keys.ts'
import type { HolderChange, Holders, Holding } from '../../core/ports/index.ts'
import type { Database } from './database.ts'

interface Row {
  tag: Tag
  uploadedAt: number
  userIds: string
}

/** Contents by who put them in. */
export const sqlHolders = (db: Database): Holders => ({
  async of(tag) {
    // Each state has an index of its own; asked for without a state, all rows would be read.
    const { rows } = await sql<Row>`
      select b.tag, min(b.created_at) as uploadedAt,
        json_group_array(distinct v.created_by order by v.created_by) as userIds
      from blobs b join versions v on v.blob_id = b.id
      where (b.tag = ${tag} and b.state = 'live')
        or (b.tag = ${tag} and b.state = 'damaged')
        or (b.state = 'fresh' and b.tag = ${tag})
      group by b.tag`.execute(db.read)
    return rows[0] && toHolding(rows[0])
  },

  async page(after, limit) {
    const { rows } = await sql<Row>`
      select b.tag, b.created_at as uploadedAt,
        (select json_group_array(distinct v.created_by order by v.created_by)
          from versions v where v.blob_id = b.id) as userIds
      from blobs b
      where b.state = 'live' and b.tag > ${after}
        and exists (select 1 from versions v where v.blob_id = b.id)
      order by b.tag limit ${limit}`.execute(db.read)
    return rows.map(toHolding)
  },

  async changed(limit) {
    const rows = await db.read.selectFrom('holder_changes').selectAll().limit(limit).execute()
    return rows as HolderChange[]
  },

  settled: (changes) =>
    db.write(async (tx) => {
      for (const change of changes) {
        await tx
          .deleteFrom('holder_changes')
          .where('tag', '=', change.tag)
          .where('changes', '=', change.changes)
          .execute()
      }
    }),
})

const toHolding = ({ tag, uploadedAt, userIds }: Row): Holding => ({
  tag,
  uploadedAt,
  userIds: JSON.parse(userIds) as string[],
})
