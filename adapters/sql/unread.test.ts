import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { sql } from 'kysely'
import { expect, it, onTestFinished } from 'vitest'
import { newId } from '../../core/ids.ts'
import type { FilesOf } from '../../core/ports/index.ts'
import { seededCatalog } from '../../tests/seeded-catalog.ts'
import { plansOf } from '../../tests/statement-plans.ts'
import { openDatabase } from './database.ts'
import { sqlUnread } from './unread.ts'

const FILES = 1_700
const UNREAD_EVERY = 100

/** A chapter of many files, of one share and one scan, each hundredth not read for a reason. */
async function opened() {
  const { root, userId, first, second } = await seededCatalog()
  const db = openDatabase(join(root, 'catalog.sqlite'))
  onTestFinished(() => db.close())
  const shareId = newId()
  const { chapterId } = first
  const all = sql`with recursive n(i) as (select 1 union all select i + 1 from n where i < ${FILES})`
  const id = (letter: string) => sql`printf('${sql.raw(letter)}%05d', i)`
  await db.write(async (tx) => {
    const run = (statement: ReturnType<typeof sql>) => statement.execute(tx)
    await run(sql`pragma defer_foreign_keys = on`)
    await run(sql`${all} insert into blobs (id, tag, digest, size_bytes, path, created_at)
      select 100000 + i, ${id('t')}, ${id('g')}, 1, ${id('p')}, 1 from n`)
    await run(sql`${all} insert into documents (id, chapter_id, name, current_version_id, created_by,
      created_at, updated_at) select ${id('d')}, ${chapterId}, ${id('n')}, ${id('v')}, ${userId}, 1, 1
      from n`)
    await run(sql`${all} insert into versions (id, document_id, number, blob_id, size_bytes,
      created_by, created_at, door, trace_id, linked_at)
      select ${id('v')}, ${id('d')}, 1, 100000 + i, 1, ${userId}, 1, 'share', 'scan',
        iif(i % 10 = 0, null, 1) from n`)
    await run(sql`${all} insert into derivations (digest, step, step_version, state, reason,
      duration_ms, finished_at)
      select ${id('g')}, 'extract', 1, iif(i % ${UNREAD_EVERY} = 0, 'partial', 'done'), null, 1, 1
      from n`)
    await run(sql`insert into shares (id, name, path, chapter_id, owner_id, settle_ms, created_at)
      values (${shareId}, 'S', '/s', ${chapterId}, ${userId}, 1, 1)`)
    await run(sql`${all} insert into share_entries (share_id, path, device, inode, size_bytes,
      mtime_ns, ctime_ns, state, document_id, updated_at)
      select ${shareId}, cast(${id('p')} as blob), '1', ${id('i')}, 1, '1', '1', 'stored', ${id('d')}, 1
      from n`)
  })
  const ways: FilesOf[] = [{ chapterId }, { shareId }, { traceId: 'scan' }]
  return { db, ways, mine: [chapterId], others: [second.chapterId] }
}

it('counts many files a slice at a time, from indexes, and lets others have their turn', async () => {
  const { db, ways, mine } = await opened()
  for (const of of ways) {
    let turns = 0
    let isOver = false
    const plans = await plansOf(db, async () => {
      const others = (async () => {
        for (; !isOver; turns++) await setImmediate()
      })()
      const page = await sqlUnread(db).page(mine, of, { limit: 5 })
      isOver = true
      await others
      expect(page).toMatchObject({ files: FILES, waiting: 170, unread: 17 })
    })
    expect(plans.length).toBeGreaterThan(FILES / 500)
    expect(turns).toBeGreaterThan(FILES / 500)
    for (const { text, plan } of plans) {
      expect(text).toMatch(/limit \?/)
      expect(plan, text).toMatch(
        /SEARCH (documents|versions|share_entries) USING (COVERING )?INDEX .*=\? AND (document_)?id>\?/,
      )
      expect(plan, text).toMatch(/SEARCH d USING INDEX \w+ \(id=\?\)/)
      expect(plan, text).toMatch(
        /SEARCH x (EXISTS )?USING COVERING INDEX derivations_unread \(digest=\?/,
      )
      expect(plan, text).not.toMatch(
        /SCAN (d|v|b|x|documents|versions|share_entries|derivations)\b/,
      )
      expect(plan, text).not.toMatch(/TEMP B-TREE FOR DISTINCT/)
    }
  }
})

it('lists every file that was not read once, page by page, to those who see it', async () => {
  const { db, ways, mine, others } = await opened()
  for (const of of ways) {
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await sqlUnread(db).page(mine, of, { limit: 4, ...(cursor && { cursor }) })
      expect(page).toMatchObject({ files: FILES, unread: 17 })
      seen.push(...page.items.map(({ documentId }) => documentId))
      cursor = page.nextCursor
    } while (cursor !== undefined)
    expect(seen).toEqual(
      Array.from({ length: 17 }, (_, n) => `d0${String(n + 1).padStart(2, '0')}00`),
    )
    expect(await sqlUnread(db).page(others, of, { limit: 4 })).toEqual({
      files: 0,
      waiting: 0,
      unread: 0,
      items: [],
    })
  }
})
