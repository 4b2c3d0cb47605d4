import { AppError } from '../../core/errors.ts'
import type { SecondSteps } from '../../core/ports/index.ts'
import type { Database, Tx } from './database.ts'
import { auditAct } from './library-audit.ts'

/** Second steps of sign-in, in SQL. */
export const sqlSecondSteps = (db: Database): SecondSteps => ({
  begin: (userId, sealed, now) =>
    db.write(async (tx) => {
      if ((await onSince(tx, userId)) !== null) {
        throw new AppError('conflict', 'Codes are asked for already. Switch them off first.', {
          reason: 'SECOND_STEP_ON',
        })
      }
      const row = { sealed, made_at: now, used_step: 0 }
      await tx
        .insertInto('second_steps')
        .values({ user_id: userId, ...row })
        .onConflict((on) => on.column('user_id').doUpdateSet(row))
        .execute()
    }),

  async get(userId) {
    const row = await db.read
      .selectFrom('second_steps as s')
      .innerJoin('users as u', 'u.id', 's.user_id')
      .select(['s.sealed', 'u.second_step_at'])
      .select((of) =>
        of
          .selectFrom('recovery_codes as c')
          .select((is) => is.fn.countAll<number>().as('left'))
          .where('c.user_id', '=', userId)
          .where('c.used_at', 'is', null)
          .as('left'),
      )
      .where('s.user_id', '=', userId)
      .executeTakeFirst()
    if (!row) return undefined
    const { sealed, second_step_at: since, left } = row
    return { sealed, recoveryCodesLeft: left ?? 0, ...(since !== null && { onSince: since }) }
  },

  turnOn: (userId, { sealed, step, codeHashes, exceptSessionId }, by) =>
    db.write(async (tx) => {
      if ((await onSince(tx, userId)) !== null) return false
      const begun = await tx
        .updateTable('second_steps')
        .set({ used_step: step })
        .where('user_id', '=', userId)
        .where('sealed', '=', sealed)
        .executeTakeFirst()
      if (begun.numUpdatedRows === 0n) return false
      await setOn(tx, userId, by.now)
      await putCodes(tx, userId, codeHashes)
      await tx
        .deleteFrom('sessions')
        .where('user_id', '=', userId)
        .where('id', '<>', exceptSessionId)
        .execute()
      await auditAct(tx, by, 'second_step.on', `user:${userId}`)
      return true
    }),

  spendStep: (userId, step) =>
    db.write(async (tx) => {
      const { numUpdatedRows } = await tx
        .updateTable('second_steps')
        .set({ used_step: step })
        .where('user_id', '=', userId)
        .where('used_step', '<', step)
        .executeTakeFirst()
      return numUpdatedRows > 0n
    }),

  spendRecoveryCode: (userId, codeHash, now) =>
    db.write(async (tx) => {
      const { numUpdatedRows } = await tx
        .updateTable('recovery_codes')
        .set({ used_at: now })
        .where('user_id', '=', userId)
        .where('code_hash', '=', codeHash)
        .where('used_at', 'is', null)
        .executeTakeFirst()
      return numUpdatedRows > 0n
    }),

  putRecoveryCodes: (userId, codeHashes, by) =>
    db.write(async (tx) => {
      await putCodes(tx, userId, codeHashes)
      await auditAct(tx, by, 'second_step.codes', `user:${userId}`)
    }),

  turnOff: (userId, action, by) =>
    db.write(async (tx) => {
      const wasOn = (await onSince(tx, userId)) !== null
      await setOn(tx, userId, null)
      await tx.deleteFrom('recovery_codes').where('user_id', '=', userId).execute()
      await tx.deleteFrom('second_steps').where('user_id', '=', userId).execute()
      if (wasOn) await auditAct(tx, by, action, `user:${userId}`)
      return wasOn
    }),
})

async function onSince(tx: Tx, userId: string): Promise<number | null> {
  const row = await tx
    .selectFrom('users')
    .select('second_step_at')
    .where('id', '=', userId)
    .executeTakeFirst()
  return row?.second_step_at ?? null
}

async function setOn(tx: Tx, userId: string, at: number | null): Promise<void> {
  await tx.updateTable('users').set({ second_step_at: at }).where('id', '=', userId).execute()
}

async function putCodes(tx: Tx, userId: string, codeHashes: readonly string[]): Promise<void> {
  await tx.deleteFrom('recovery_codes').where('user_id', '=', userId).execute()
  const rows = codeHashes.map((code_hash) => ({ user_id: userId, code_hash, used_at: null }))
  await tx.insertInto('recovery_codes').values(rows).execute()
}
