import { type Insertable, type Selectable, sql } from 'kysely'
import { AppError, notFound } from '../../core/errors.ts'
import type { Keys, Tag } from '../../core/keys.ts'
import type {
  IssuedChallenge,
  Offer,
  Possession,
  ProofFigures,
  ProofLimits,
} from '../../core/ports/index.ts'
import type { Database, Tx } from './database.ts'
import { pointToLive } from './ingest.ts'
import { auditAct } from './library-audit.ts'
import type { QuotaRule } from './quota.ts'
import type { Schema } from './schema.ts'

const HOUR_MS = 60 * 60_000
/** As far back as the figures go. */
const KEPT_MS = 24 * HOUR_MS

/** Challenges, their answers, and what may be claimed by one. */
export const sqlPossession = (db: Database, keys: Keys, quota: QuotaRule): Possession => ({
  issue: (challenges, now) =>
    db.write(async (tx) => {
      await tx
        .deleteFrom('upload_challenges')
        .where('expires_at', '<', now - KEPT_MS)
        .execute()
      for (const challenge of challenges) {
        await tx.insertInto('upload_challenges').values(toRow(challenge)).execute()
      }
    }),

  redeem: (answer, limits, now) =>
    db.write(async (tx) => {
      await assertMayAnswer(tx, answer.userId, { limits, now })
      const row = await tx
        .updateTable('upload_challenges')
        .set({ used_at: now })
        .where('id', '=', answer.id)
        .where('upload_id', '=', answer.uploadId)
        .where('holder', '=', hex(answer.holder))
        .where('used_at', 'is', null)
        .where('expires_at', '>', now)
        .returningAll()
        .executeTakeFirst()
      return row && toChallenge(row)
    }),

  offer: ({ tag, sizeBytes }, userId) => offerOf(db.read, { tag, sizeBytes, userId }),

  claim: (input, { challengeId, blobId, leastHolders }) =>
    db.write(async (tx) => {
      const { digest, sizeBytes, createdBy: userId } = input
      const offer = await offerOf(tx, { tag: keys.tag(digest), sizeBytes, userId })
      if (!offer || offer.blobId !== blobId || offer.holders < leastHolders) return undefined
      await tx
        .updateTable('upload_challenges')
        .set({ is_passed: 1 })
        .where('id', '=', challengeId)
        .execute()
      return pointToLive(tx, input, { blobId, quota })
    }),

  async figures(since) {
    const { rows } = await sql<ProofFigures>`
      select
        count(*) filter (where c.is_passed = 1) as passed,
        count(*) filter (where c.is_passed = 0) as refused,
        coalesce(sum(u.declared_size) filter (where c.is_passed = 1), 0) as savedBytes
      from upload_challenges c join uploads u on u.id = c.upload_id
      where c.used_at > ${since}`.execute(db.read)
    return rows[0] ?? { passed: 0, refused: 0, savedBytes: 0 }
  },

  async books() {
    const rows = await db.read
      .selectFrom('books')
      .select(['id', 'name', 'is_private'])
      .orderBy('name_key')
      .execute()
    return rows.map(({ id, name, is_private }) => ({ id, name, isPrivate: is_private === 1 }))
  },

  markPrivate: (bookId, isPrivate, by) =>
    db.write(async (tx) => {
      const done = await tx
        .updateTable('books')
        .set({ is_private: isPrivate ? 1 : 0 })
        .where('id', '=', bookId)
        .executeTakeFirst()
      if (done.numUpdatedRows === 0n) throw notFound()
      await auditAct(tx, by, 'book.private', `book:${bookId}`, { private: isPrivate })
    }),
})

/** The trash of a private book is as private; but what lies in any trash makes nobody a holder. */
async function offerOf(
  db: Pick<Tx, 'getExecutor'>,
  { tag, sizeBytes, userId }: { tag: Tag; sizeBytes: number; userId: string },
): Promise<Offer | undefined> {
  const { rows } = await sql<Offer & { isPrivate: number }>`
    select b.id as blobId, b.path, max(n.is_private) as isPrivate,
      count(distinct v.created_by)
        filter (where d.trashed_at is null and v.created_by <> ${userId}) as holders
    from blobs b
    join versions v on v.blob_id = b.id
    join documents d on d.id = v.document_id
    join chapters c on c.id = d.chapter_id
    join books n on n.id = c.book_id
    where b.tag = ${tag} and b.state = 'live' and b.size_bytes = ${sizeBytes}
    group by b.id`.execute(db)
  const [row] = rows
  if (!row || row.isPrivate === 1) return undefined
  return { blobId: row.blobId, path: row.path, holders: row.holders }
}

async function assertMayAnswer(
  tx: Tx,
  userId: string,
  { limits, now }: { limits: ProofLimits; now: number },
): Promise<void> {
  const rows = await tx
    .selectFrom('upload_challenges')
    .select(['used_at', 'is_passed'])
    .where('user_id', '=', userId)
    .where('used_at', '>', now - HOUR_MS)
    .orderBy('used_at', 'desc')
    .execute()
  const refused = rows.filter((row) => row.is_passed === 0)
  for (const [answers, most] of [
    [rows, limits.answersPerHour],
    [refused, limits.refusalsPerHour],
  ] as const) {
    const counted = answers[most - 1]
    if (counted) throw tooMany((counted.used_at ?? now) + HOUR_MS - now)
  }
}

const tooMany = (retryAfterMs: number) =>
  new AppError('rate_limited', 'Too many proofs were given. Please send the file itself.', {
    reason: 'PROOFS',
    retryAfterMs,
  })

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

const toRow = (challenge: IssuedChallenge): Insertable<Schema['upload_challenges']> => ({
  id: challenge.id,
  upload_id: challenge.uploadId,
  user_id: challenge.userId,
  holder: hex(challenge.holder),
  nonce: challenge.nonce,
  seed: challenge.seed,
  kind: challenge.kind,
  used_at: null,
  expires_at: challenge.expiresAt,
})

const toChallenge = (row: Selectable<Schema['upload_challenges']>): IssuedChallenge => ({
  id: row.id,
  uploadId: row.upload_id,
  userId: row.user_id,
  holder: Buffer.from(row.holder, 'hex'),
  nonce: row.nonce,
  seed: row.seed,
  kind: row.kind,
  expiresAt: row.expires_at,
})
