import { type Expression, type Selectable, type SqlBool, sql } from 'kysely'
import type { ExportedEntry } from '../../core/audit/export.ts'
import { type Head, unpackSeal } from '../../core/audit/seal.ts'
import type { AuditFilter, AuditRow, Journal } from '../../core/ports/index.ts'
import { decodeCursor, encodeCursor } from './cursor.ts'
import type { Database } from './database.ts'
import { writeAudit } from './record.ts'
import type { Schema } from './schema.ts'

type Entries = Pick<Journal, 'audit' | 'auditAll' | 'auditPage' | 'sealed' | 'auditHead'>
type Reading = Pick<Database, 'read'>

/** Audit entries and their chain in SQL. */
export const sqlAudit = (db: Database): Entries => ({
  audit: (entry) => db.write((tx) => writeAudit(tx, entry)),

  auditAll: (entries) =>
    db.write(async (tx) => {
      for (const entry of entries) await writeAudit(tx, entry)
    }),

  async auditPage(limit, cursor, filter = {}) {
    const before = cursor === undefined ? undefined : Number(decodeCursor(cursor, 'audit').id)
    const rows = await db.read
      .selectFrom('audit as a')
      .selectAll()
      .where(matches(filter))
      .$if(before !== undefined, (query) => query.where('a.id', '<', before ?? 0))
      .orderBy('a.id', 'desc')
      .limit(limit + 1)
      .execute()
    const items = rows.slice(0, limit).map(auditOf)
    const last = items.at(-1)
    if (rows.length <= limit || !last) return { items }
    return { items, nextCursor: encodeCursor({ order: 'audit', key: last.id, id: last.id }) }
  },

  ...sqlChain(db),
})

/** The chain as it lies in the catalog, for reading alone. */
export const sqlChain = (db: Reading): Pick<Journal, 'sealed' | 'auditHead'> => ({
  async sealed(afterId, limit, filter) {
    const rows = await db.read
      .selectFrom('audit as a')
      .leftJoin('audit_seals as s', 's.id', 'a.id')
      .selectAll('a')
      .select(['s.seal', BEFORE.as('before')])
      .where('a.id', '>', afterId)
      .$if(filter !== undefined, (query) => query.where(matches(filter ?? {})))
      .orderBy('a.id')
      .limit(limit)
      .execute()
    return rows.map(sealedOf)
  },

  async auditHead(): Promise<Head | undefined> {
    const row = await db.read
      .selectFrom('audit_seals')
      .selectAll()
      .orderBy('id', 'desc')
      .limit(1)
      .executeTakeFirst()
    const seal = unpackSeal(row?.seal)
    return row && seal && { id: row.id, chain: seal.chain, mac: seal.mac }
  },
})

const BEFORE = sql<Buffer | null>`(
  select p.seal from audit_seals p where p.id < a.id order by p.id desc limit 1)`

/** Names and places are found by a part of them, in any case; all else is exact. */
function matches(filter: AuditFilter): Expression<SqlBool> {
  const { userId, action, subject, door, address, from, to } = filter
  const wanted = [
    userId !== undefined && sql<SqlBool>`a.user_id = ${userId}`,
    action !== undefined && sql<SqlBool>`(a.action = ${action} or ${startsWith('action', action)})`,
    subject !== undefined && isAbout(subject),
    door !== undefined &&
      (door === 'box' ? sql<SqlBool>`a.door is null` : sql<SqlBool>`a.door = ${door}`),
    address !== undefined && sql<SqlBool>`a.address = ${address}`,
    from !== undefined && sql<SqlBool>`a.at >= ${from}`,
    to !== undefined && sql<SqlBool>`a.at < ${to}`,
  ].filter((each) => each !== false)
  return wanted.length === 0 ? sql<SqlBool>`true` : sql<SqlBool>`${sql.join(wanted, sql` and `)}`
}

/** `document` is every action on documents. */
const startsWith = (column: 'action' | 'subject', word: string) =>
  sql<SqlBool>`substr(${sql.ref(`a.${column}`)}, 1, ${word.length + 1}) = ${`${word}${column === 'action' ? '.' : ':'}`}`

const isAbout = (subject: string) =>
  subject.includes(':')
    ? sql<SqlBool>`a.subject = ${subject}`
    : sql<SqlBool>`(${startsWith('subject', subject)}
        or instr(lower(a.subject_name), lower(${subject})) > 0
        or instr(lower(a.subject_place), lower(${subject})) > 0)`

const auditOf = (row: Selectable<Schema['audit']>): AuditRow => ({
  id: row.id,
  at: row.at,
  ...(row.user_id !== null && { userId: row.user_id }),
  action: row.action,
  subject: row.subject,
  ...(row.subject_name !== null && { subjectName: row.subject_name }),
  ...(row.subject_place !== null && { subjectPlace: row.subject_place }),
  detail: JSON.parse(row.detail) as Record<string, unknown>,
  traceId: row.trace_id,
  ...(row.address !== null && { address: row.address }),
  ...(row.door !== null && { door: row.door }),
})

function sealedOf(
  row: Selectable<Schema['audit']> & { seal: Buffer | null; before: Buffer | null },
): ExportedEntry {
  const [seal, before] = [unpackSeal(row.seal), unpackSeal(row.before)]
  return {
    id: row.id,
    at: row.at,
    userId: row.user_id,
    action: row.action,
    subject: row.subject,
    subjectName: row.subject_name,
    subjectPlace: row.subject_place,
    detail: row.detail,
    traceId: row.trace_id,
    address: row.address,
    door: row.door,
    ...(seal && { seal }),
    before: before?.mac ?? Buffer.alloc(32),
  }
}
