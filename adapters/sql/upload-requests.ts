import { type Insertable, type Selectable, sql } from 'kysely'
import { AppError, hasSystemCode } from '../../core/errors.ts'
import { assertMove } from '../../core/model/upload.ts'
import type { UploadOpening, UploadRow, Uploads } from '../../core/ports/index.ts'
import type { Database, Tx } from './database.ts'
import { intend } from './intents.ts'
import { prepared } from './prepared.ts'
import type { ReservedPaths } from './reserved.ts'
import type { Schema } from './schema.ts'
import { forgetNewsOf } from './upload-ends.ts'
import { moveUpload, toRow, toUpload } from './upload-rows.ts'

type Requests = Pick<Uploads, 'open' | 'askedBefore' | 'namesTaken'>

/** Asking for addresses to send files to, many in one transaction. */
export const sqlUploadRequests = (db: Database, reserved: ReservedPaths): Requests => ({
  async open(openings) {
    const opened = await db.write(async (tx) => {
      const answers: { answer: UploadRow | AppError; path?: string }[] = []
      for (const opening of openings) answers.push(await openReserved(tx, opening))
      return answers
    })
    return opened.map(({ answer, path }) => {
      if (path && 'id' in answer) reserved.keep(answer.id, path, answer.updatedAt)
      return answer
    })
  },

  async askedBefore(userId, asked) {
    const found: (UploadRow | undefined)[] = asked.map(() => undefined)
    if (asked.length === 0) return found
    const wanted = asked.map(({ chapterId, idempotencyKey }) => [chapterId, idempotencyKey])
    const { rows } = await sql<Selectable<Schema['uploads']> & { place: number }>`
      select u.*, w.key as place
      from json_each(${JSON.stringify(wanted)}) w
      cross join uploads u on u.user_id = ${userId}
        and u.chapter_id = w.value ->> 0 and u.idempotency_key = w.value ->> 1`.execute(db.read)
    for (const { place, ...row } of rows) found[place] = toUpload(row)
    return found
  },

  async namesTaken(places) {
    const wanted = places.map(({ chapterId, folder, name }) => [chapterId, folder, name])
    const { rows } = await sql<{ taken: number }>`
      select exists (
        select 1 from documents d
        where d.chapter_id = w.value ->> 0 and d.folder = w.value ->> 1 and d.name = w.value ->> 2
          and d.trashed_at is null
      ) as taken
      from json_each(${JSON.stringify(wanted)}) w order by w.key`.execute(db.read)
    return rows.map(({ taken }) => taken === 1)
  },
})

/** The row of a request that is answered in this transaction. @throws AppError `conflict` */
export async function insertAsked(
  tx: Tx,
  upload: UploadRow & { idempotencyKey?: string },
): Promise<void> {
  await forgetNewsOf(tx, upload)
  try {
    await insertRow.run(tx, toRow(upload))
  } catch (cause) {
    throw hasSystemCode(cause, 'SQLITE_CONSTRAINT_UNIQUE') ? keyUsed(cause) : cause
  }
}

const COLUMNS = (
  'id user_id chapter_id folder name on_conflict declared_digest declared_size part_bytes status ' +
  'token_hash credential_id url_expires_at received_digest document_id version_id job_id error ' +
  'error_code swept_bytes dismissed_at idempotency_key trace_id created_at updated_at'
).split(' ') as (keyof Insertable<Schema['uploads']>)[]

const insertRow = prepared((db, row: Insertable<Schema['uploads']>) =>
  db
    .insertInto('uploads')
    .values(
      Object.fromEntries(COLUMNS.map((name) => [name, row[name]])) as Insertable<Schema['uploads']>,
    ),
)

/**
 * With the intent to publish what was declared, so that its arrival needs no transaction of its own
 * for that. What goes in parts is large: there it makes no difference.
 */
async function openReserved(
  tx: Tx,
  opening: UploadOpening,
): Promise<{ answer: UploadRow | AppError; path?: string }> {
  const answer = await openOne(tx, opening)
  const { isNew, upload } = opening
  if (answer instanceof AppError || !isNew || upload.partBytes !== undefined) return { answer }
  if (!upload.declaredDigest) return { answer }
  return { answer, path: await intend(tx, upload.declaredDigest, opening.now) }
}

/** A refusal is that of one file; anything else is that of the whole transaction, and thrown. */
async function openOne(tx: Tx, opening: UploadOpening): Promise<UploadRow | AppError> {
  try {
    return await (opening.isNew ? insertOpen(tx, opening) : openAgain(tx, opening))
  } catch (cause) {
    if (cause instanceof AppError) return cause
    throw cause
  }
}

const keyUsed = (cause: unknown) =>
  new AppError('conflict', 'This upload was requested already.', {
    cause,
    reason: 'IDEMPOTENCY_KEY_USED',
  })

async function insertOpen(tx: Tx, opening: UploadOpening): Promise<UploadRow> {
  const { upload, idempotencyKey } = opening
  assertMove(upload.status, 'UPLOAD_URL_GENERATED')
  const opened = { ...upload, ...withUrl(opening) }
  await insertAsked(tx, { ...opened, ...(idempotencyKey !== undefined && { idempotencyKey }) })
  return opened
}

async function openAgain(tx: Tx, opening: UploadOpening): Promise<UploadRow> {
  const { directKey, ...opened } = await moveUpload(tx, opening.upload.id, withUrl(opening))
  await tx
    .updateTable('uploads')
    .set(({ eb }) => ({ renewals: eb('renewals', '+', 1) }))
    .where('id', '=', opened.id)
    .execute()
  if (directKey !== undefined) await forgetDirect(tx, opened.id)
  return opened
}

/** Its bytes go to the box now, unless somebody says otherwise again. */
const forgetDirect = (tx: Tx, id: string) =>
  tx.updateTable('uploads').set({ direct_key: null }).where('id', '=', id).execute()

/** What a fresh URL makes of an upload. */
const withUrl = ({ tokenHash, urlExpiresAt, credentialId, now }: UploadOpening) => ({
  status: 'UPLOAD_URL_GENERATED' as const,
  tokenHash,
  urlExpiresAt,
  ...(credentialId !== undefined && { credentialId }),
  updatedAt: now,
})
