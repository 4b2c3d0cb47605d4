import { sql } from 'kysely'
import type { Digest } from '../../core/digest.ts'
import type { ContentVectors, SpaceRow, Spaces } from '../../core/ports/index.ts'
import type { Database, Tx } from './database.ts'

/** A content's vectors in every space that is not dropped. */
export async function vectorsOf(db: Database, digest: Digest): Promise<ContentVectors[]> {
  const { rows } = await sql<{ spaceId: string; blobPath: string | null; rows: number }>`
    select v.space_id as spaceId, b.path as blobPath, v.rows
    from space_vectors v
    join spaces s on s.id = v.space_id and s.state <> 'dropped'
    left join blobs b on b.id = v.blob_id
    where v.digest = ${digest} and v.state = 'done'`.execute(db.read)
  return rows.map(({ blobPath, ...row }) => ({ ...row, ...(blobPath !== null && { blobPath }) }))
}

/**
 * Steps that make of a content what its spaces hold: while one of them is on its way, or was given
 * up, nobody else embeds the content.
 */
const STEPS = {
  text: sql`('chunk', 'embed', 'index')`,
  picture: sql`('picture')`,
}

/** Where contents that have something to embed are listed, by digest. */
const LISTS = {
  text: (after: string) => sql`
    select c.digest, exists (
      select 1 from derivations x
      where x.digest = c.digest and x.step = 'embed' and x.state = 'done') as is_ready
    from scopes c where c.digest > ${after} order by c.digest`,
  picture: (after: string) => sql`
    select c.digest, (c.state = 'done' or c.reason = 'NO_IMAGE_MODEL') as is_ready
    from derivations c indexed by derivations_picture
    where c.step = 'picture' and c.digest > ${after} order by c.digest`,
}

/** A page of all contents of the kind, those that the space has and those not due left out. */
export async function missingIn(
  db: Database,
  { id, kind }: Pick<SpaceRow, 'id' | 'kind'>,
  { after, limit }: { after: string; limit: number },
): ReturnType<Spaces['missing']> {
  const { rows } = await sql<{ digest: Digest; is_due: number }>`
    with page as materialized (${LISTS[kind](after)} limit ${limit})
    select p.digest, p.is_ready
      and not exists (select 1 from space_vectors v
        where v.digest = p.digest and v.space_id = ${id} and v.state in ('done', 'failed'))
      and not exists (select 1 from jobs j
        where j.digest = p.digest and j.version_id is null and j.replay_id is null
          and j.state in ('queued', 'running', 'dead') and j.step in ${STEPS[kind]}) as is_due
    from page p order by p.digest`.execute(db.read)
  const last = rows.length === limit ? rows.at(-1)?.digest : undefined
  return {
    digests: rows.filter(({ is_due }) => is_due === 1).map(({ digest }) => digest),
    ...(last !== undefined && { last }),
  }
}

/** The text of a content changed: what was made of it before, in whatever space, is made again. */
export const forgetTextVectors = (tx: Tx, digest: string) =>
  sql`delete from space_vectors where digest = ${digest}
    and space_id in (select id from spaces where kind = 'text')`.execute(tx)
