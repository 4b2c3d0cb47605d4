import { mkdtemp, rm } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { sqlCatalog } from '../adapters/sql/catalog.ts'
import { openDatabase } from '../adapters/sql/database.ts'
import { migrateUp } from '../adapters/sql/migrate.ts'
import { resolveAccess } from '../core/access/access.ts'
import { codeOf } from '../core/errors.ts'
import { newId, newTraceId } from '../core/ids.ts'
import { findDocument } from '../core/library/find-document.ts'
import type { Actor, OrgRole } from '../core/model/actor.ts'
import { testKeys } from '../tests/test-keys.ts'

/*
 * What it takes to know what one caller may do, as every call asks it, in a box of many books: processor
 * time of this process, so that a busy machine changes little.
 *
 *   node bench/access.ts [books=1000] [calls=300]
 */

const CHAPTERS_OF_BOOK = 3
const TOGETHER = 500
const [books = '1000', calls = '300'] = process.argv.slice(2)
const root = await mkdtemp(join(tmpdir(), 'onefold-bench-'))
const path = join(root, 'catalog.sqlite')
try {
  await fill()
  const catalog = sqlCatalog(path, testKeys)
  console.log(`${books} books of ${CHAPTERS_OF_BOOK} chapters, load ${loadavg()[0]?.toFixed(1)}`)
  const whos: Record<string, Actor> = {
    administrator: actor('root', 'admin'),
    'ten books, own grants': actor('few'),
    'every book, by a group': actor('many'),
  }
  for (const [name, who] of Object.entries(whos)) {
    const resolved = await timed(() => resolveAccess({ catalog }, who))
    const asked = await timed(async () => {
      const access = await resolveAccess({ catalog }, who)
      await findDocument({ catalog }, access, { id: newId() }).catch((cause: unknown) => {
        if (codeOf(cause) !== 'not_found') throw cause
      })
    })
    console.log(`${name}: rights ${resolved} ms, and a document by them ${asked} ms`)
  }
  await catalog.close()
} finally {
  await rm(root, { recursive: true, force: true })
}

/** Milliseconds of the processor a call, the first calls not counted. */
async function timed(call: () => Promise<unknown>): Promise<string> {
  for (let i = 0; i < 10; i++) await call()
  const before = process.cpuUsage()
  for (let i = 0; i < Number(calls); i++) await call()
  const { user, system } = process.cpuUsage(before)
  return ((user + system) / 1000 / Number(calls)).toFixed(3)
}

function actor(userId: string, orgRole: OrgRole = 'member'): Actor {
  const named = { username: userId, displayName: userId }
  return { userId, ...named, orgRole, scopes: ['read'], traceId: newTraceId() }
}

async function fill(): Promise<void> {
  const db = openDatabase(path)
  await migrateUp(db.writer)
  const bookIds = Array.from({ length: Number(books) }, () => newId())
  const chapters = bookIds.flatMap((book_id) =>
    Array.from({ length: CHAPTERS_OF_BOOK }, () => ({ book_id, ...named(newId()) })),
  )
  const grants = bookIds.flatMap((book_id, i) => {
    const grant = { book_id, chapter_id: null, role: 'viewer' as const, created_at: 0 }
    const many = { ...grant, id: newId(), user_id: null, group_id: 'g' }
    return i < 10 ? [many, { ...grant, id: newId(), user_id: 'few', group_id: null }] : [many]
  })
  await db.write(async (tx) => {
    const insert = async <Name extends 'users' | 'books' | 'chapters' | 'grants'>(
      table: Name,
      rows: readonly Parameters<ReturnType<typeof tx.insertInto<Name>>['values']>[0][],
    ) => {
      for (let i = 0; i < rows.length; i += TOGETHER) {
        const some = rows.slice(i, i + TOGETHER) as never
        await tx.insertInto(table).values(some).execute()
      }
    }
    const people = ['root', 'few', 'many']
    await insert(
      'users',
      people.map((id) => userRow(id)),
    )
    await tx
      .insertInto('groups')
      .values({ ...named('g'), is_everyone: 0 })
      .execute()
    await tx.insertInto('group_members').values({ group_id: 'g', user_id: 'many' }).execute()
    await insert(
      'books',
      bookIds.map((id) => named(id)),
    )
    await insert('chapters', chapters)
    await insert('grants', grants)
  })
  await db.close()
}

function named(id: string) {
  return { id, name: id, name_key: id, created_at: 0 }
}

function userRow(id: string) {
  return {
    id,
    username: id,
    username_key: id,
    display_name: id,
    org_role: 'member' as const,
    created_at: 0,
  }
}
