import { sql } from 'kysely'
import { expect, it } from 'vitest'
import type { Visible } from '../../core/access/access.ts'
import type { Digest } from '../../core/digest.ts'
import { newId } from '../../core/ids.ts'
import { seededCatalog } from '../../tests/seeded-catalog.ts'
import { sqlNear } from './near.ts'

const BANDS = [1, 2, 3]
/** More copies than are looked at closer for anybody. */
const HIDDEN = 20_050

const digestOf = (n: number) => String(n).padStart(64, '0') as Digest

it('finds what is in sight among any number of hidden copies, who sees little and who sees much', async () => {
  const on = await seededCatalog()
  const { first, second } = on
  await on.db.write((tx) => fill(tx, { count: HIDDEN, chapterId: second.chapterId, from: 1 }))
  await on.db.write((tx) => fill(tx, { count: 3, chapterId: first.chapterId, from: HIDDEN + 1 }))
  const near = sqlNear(on.db)
  const digests = async (visible: Visible, limit = 500) =>
    (await near.sharing(digestOf(HIDDEN + 1), BANDS, visible, limit)).map(({ digest }) => digest)
  const own = [digestOf(HIDDEN + 2), digestOf(HIDDEN + 3)]
  expect(await digests([first.chapterId])).toEqual(own)
  expect(await digests([first.chapterId], 1)).toEqual(own.slice(0, 1))
  expect(await digests([])).toEqual([])
  expect(await digests('all', 2)).toEqual([digestOf(1), digestOf(2)])

  // A chapter full of other things: too many to begin with them.
  await on.db.write((tx) =>
    fill(tx, { count: 300, chapterId: first.chapterId, from: HIDDEN + 4, bands: [9] }),
  )
  expect(await digests([first.chapterId])).toEqual(own)
})

type Tx = Parameters<Parameters<Awaited<ReturnType<typeof seededCatalog>>['db']['write']>[0]>[0]

interface Filling {
  count: number
  chapterId: string
  from: number
  bands?: readonly number[]
}

/** Linked documents, each with a content of its own. */
async function fill(tx: Tx, { count, chapterId, from, bands = BANDS }: Filling): Promise<void> {
  const { id: userId } = await tx.selectFrom('users').select('id').executeTakeFirstOrThrow()
  const rows = Array.from({ length: count }, (_, i) => ({
    id: 1_000 + from + i,
    digest: digestOf(from + i),
    document: newId(),
    version: newId(),
  }))
  const each = sql`json_each(${JSON.stringify(rows)}) r`
  await sql`insert into blobs (id, tag, digest, path, size_bytes, state, created_at)
    select value ->> 'id', value ->> 'digest', value ->> 'digest', value ->> 'digest', 1, 'live', 0
    from ${each}`.execute(tx)
  await sql`insert into documents (id, chapter_id, name, current_version_id, created_by, created_at,
      updated_at)
    select value ->> 'document', ${chapterId}, value ->> 'document', value ->> 'version', ${userId},
      0, 0 from ${each}`.execute(tx)
  await sql`insert into versions (id, document_id, number, blob_id, size_bytes, created_by,
      created_at, door, linked_at, trace_id)
    select value ->> 'version', value ->> 'document', 1, value ->> 'id', 1, ${userId}, 0, 'web', 1,
      't' from ${each}`.execute(tx)
  await sql`insert into near_contents (id, digest, kind, signature)
    select value ->> 'id', value ->> 'digest', 'text', x'00' from ${each}`.execute(tx)
  await sql`insert into near_bands (band, content_id)
    select b.value, r.value ->> 'id' from ${each}, json_each(${JSON.stringify(bands)}) b`.execute(
    tx,
  )
}
