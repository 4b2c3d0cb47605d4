import { type Kysely, sql } from 'kysely'
import { assertFits, type Quota } from '../../core/account/quota.ts'
import { notFound } from '../../core/errors.ts'
import type { NewVersion } from '../../core/ports/index.ts'
import type { Tx } from './database.ts'
import { prepared } from './prepared.ts'
import type { Schema } from './schema.ts'

/** What accounts may put in that have no limit of their own. */
export interface QuotaRule {
  /** 0 for no limit. */
  userBytes: number
}

export const NO_QUOTA: QuotaRule = { userBytes: 0 }

/**
 * @param exceptUploadId an upload whose own declaration does not count
 * @throws AppError `not_found` for an account that is not there
 */
export async function quotaOf(
  db: Kysely<Schema>,
  userId: string,
  { userBytes, exceptUploadId = '' }: QuotaRule & { exceptUploadId?: string },
): Promise<Quota> {
  const quota = await selectQuota.first(db, { userId, userBytes, exceptUploadId })
  if (!quota) throw notFound()
  return quota
}

const selectQuota = prepared(
  (_db, given: { userId: string; userBytes: number; exceptUploadId: string }) => sql<Quota>`
    select coalesce(quota_bytes, ${given.userBytes}) as limitBytes, used_bytes as usedBytes, (
      select coalesce(sum(u.declared_size), 0) from uploads u
      where u.user_id = users.id and u.id <> ${given.exceptUploadId}
        and u.status in ('UPLOAD_PENDING', 'UPLOAD_URL_GENERATED', 'UPLOAD_RECEIVED')
    ) as declaredBytes
    from users where id = ${given.userId}`,
)

/** Accounts whose `used_bytes`, which triggers keep, is not what their versions make. */
export async function wrongQuotas(
  db: Kysely<Schema>,
): Promise<{ username: string; counted: number; actual: number }[]> {
  const { rows } = await sql<{ username: string; counted: number; actual: number }>`
    select u.username, u.used_bytes as counted, coalesce(sum(v.size_bytes), 0) as actual
    from users u left join versions v on v.created_by = u.id and v.door in ('web', 'api')
    group by u.id having counted <> actual`.execute(db)
  return rows
}

/**
 * Files of shares and attachments of mails are nobody's own.
 *
 * @throws AppError `too_large` (reason `QUOTA_EXCEEDED`) when the account may not put this in
 */
export async function assertQuota(tx: Tx, input: NewVersion, rule: QuotaRule): Promise<void> {
  if (input.door !== 'web' && input.door !== 'api') return
  const except = input.uploadId === undefined ? {} : { exceptUploadId: input.uploadId }
  assertFits(await quotaOf(tx, input.createdBy, { ...rule, ...except }), input.sizeBytes)
}
