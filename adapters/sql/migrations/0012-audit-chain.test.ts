import { join } from 'node:path'
import { type Kysely, sql } from 'kysely'
import { expect, it, onTestFinished } from 'vitest'
import { chainOf } from '../../../core/audit/key.ts'
import { forgetfulRing } from '../../../core/audit/ring.ts'
import { verifyChain } from '../../../core/audit/verify.ts'
import { sealedEntries } from '../../../core/audit/verify-box.ts'
import { temporaryFolder } from '../../../tests/temporary-folder.ts'
import { openDatabase } from '../database.ts'
import { sqlJournal } from '../journal.ts'
import * as first from './0001-first.ts'
import * as rules from './0002-rules.ts'
import * as chain from './0012-audit-chain.ts'

it('seals the entries that it finds, gaps and all, says so, and takes it back', async () => {
  const ring = forgetfulRing()
  const database = openDatabase(join(await temporaryFolder(), 'catalog.sqlite'), { ring })
  onTestFinished(database.close)
  // Migrations know no tables but those they meet.
  const db = database.writer as unknown as Kysely<unknown>
  const rows = async (text: string) => (await sql.raw(text).execute(db)).rows
  await first.up(db)
  await rules.up(db)
  for (const [id, name] of [
    [1, "'Plan'"],
    [2, 'null'],
    [5, "'Größe'"],
  ]) {
    await rows(`insert into audit (id, at, action, subject, subject_name, trace_id)
      values (${id}, ${id}, 'document.store', 'document:x', ${name}, 't')`)
  }
  await chain.up(db)
  expect(await rows('select id, action, detail, trace_id from audit where id > 5')).toEqual([
    { id: 6, action: 'audit.seal', detail: '{"entries":3,"until":5}', trace_id: 'upgrade' },
  ])
  const key = ring.firstKey() ?? Buffer.alloc(0)
  const verify = () =>
    verifyChain(sealedEntries(sqlJournal(database)), { keys: new Map([[chainOf(key), key]]) })
  expect(await verify()).toMatchObject({ isSound: true, entries: 4 })
  await expect(rows(`update audit set action = 'x'`)).rejects.toThrow('append-only')
  await rows('drop trigger audit_append_only')
  await rows(`update audit set subject_name = 'Other' where id = 1`)
  expect((await verify()).problem).toMatchObject({ kind: 'edited', id: 1 })

  await chain.down(db)
  expect(await rows('select id from audit')).toHaveLength(4)
  await rows(`insert into audit (at, action, subject, trace_id) values (9, 'a', 's', 't')`)
})

it('begins an empty audit without a word', async () => {
  const database = openDatabase(join(await temporaryFolder(), 'catalog.sqlite'))
  onTestFinished(database.close)
  const db = database.writer as unknown as Kysely<unknown>
  await first.up(db)
  await rules.up(db)
  await chain.up(db)
  expect(await sqlJournal(database).auditHead()).toBeUndefined()
})
