import { sql } from 'kysely'
import type { Care } from '../../core/ports/index.ts'
import type { Database } from './database.ts'

type Checks = Pick<Care, 'integrity' | 'danglingRows' | 'wrongDerived' | 'indexedChunks'>

/** What is counted again of the catalog; all on the connection that only reads. */
export const careChecks = (db: Database): Checks => ({
  async integrity() {
    const { rows } = await sql<{ integrity_check: string }>`pragma integrity_check(20)`.execute(
      db.read,
    )
    return rows.map((row) => row.integrity_check).filter((line) => line !== 'ok')
  },

  async danglingRows() {
    const { rows } = await sql<{ table: string; count: number }>`
      select "table", count(*) as count from pragma_foreign_key_check group by "table"`.execute(
      db.read,
    )
    return rows
  },

  async wrongDerived() {
    const { rows } = await sql<{ digest: string; step: string; what: string }>`
      select d.digest, d.step, 'its bytes are damaged: onefold reindex' as what
      from derivations d join blobs b on b.id = d.blob_id where b.state = 'damaged'
      union all
      select v.digest, v.space_id, 'its vectors are damaged: onefold reindex embed' as what
      from space_vectors v join blobs b on b.id = v.blob_id where b.state = 'damaged'
      union all
      select d.digest, d.step, 'its text is not all there: onefold reindex' as what
      from derivations d
      where d.step = 'chunk' and json_extract(d.facts, '$.chunks') <> (
        select count(*) from chunks c where c.digest = d.digest)
      limit 100`.execute(db.read)
    const wrong = rows.map(({ digest, step, what }) => `${digest.slice(0, 8)}, ${step}: ${what}`)
    const all = await sql<{ count: number }>`select count(*) as count from derivations`.execute(
      db.read,
    )
    return { checked: all.rows[0]?.count ?? 0, wrong }
  },

  async indexedChunks(space) {
    const { rows } = await sql<{ count: number }>`
      select coalesce(sum(v.rows), 0) as count from space_vectors v
      where v.space_id = ${space} and v.state = 'done' and not exists (
        select 1 from jobs j where j.digest = v.digest and j.version_id is null
          and j.step in ('embed', 'index') and j.state in ('queued', 'running'))`.execute(db.read)
    return rows[0]?.count ?? 0
  },
})
