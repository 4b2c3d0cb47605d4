import { type Kysely, sql } from 'kysely'
import { assertFits, type Quota } from '../../core/account/quota.ts'
import type { NewVersion } from '../../core/ports/index.ts'
import type { Tx } from './database.ts'
import type { Schema } from './schema.ts'

/** @param exceptUploadId an upload whose own declaration does not count */
export async function quotaOf(
  db: Kysely<Schema>,
  userId: string,
  exceptUploadId = '',
): Promise<Quota | undefined> {
  const { rows } = await sql<{ own: number | null; usedBytes: number; declaredBytes: number }>`
    select quota_bytes as own, used_bytes as usedBytes, (
      select coalesce(sum(u.declared_size), 0) from uploads u
      where u.user_id = users.id and u.id <> ${exceptUploadId}
        and u.status in ('UPLOAD_PENDING', 'UPLOAD_URL_GENERATED', 'UPLOAD_RECEIVED')
    ) as declaredBytes
    from users where id = ${userId}`.execute(db)
  const [row] = rows
  if (!row) return undefined
  const { own, usedBytes, declaredBytes } = row
  return { ...(own !== null && { ownBytes: own }), usedBytes, declaredBytes }
}

/** @throws AppError `too_large` (reason `QUOTA_EXCEEDED`) when the account may not put this in */
export async function assertQuota(tx: Tx, input: NewVersion): Promise<void> {
  if (input.quotaBytes === undefined) return
  const quota = await quotaOf(tx, input.createdBy, input.uploadId)
  if (quota) assertFits(quota, input.sizeBytes, input.quotaBytes)
}
