import type { Settings } from '../../core/ports/index.ts'
import type { Database, Tx } from './database.ts'
import { auditAct } from './library-audit.ts'

export const sqlSettings = (db: Database): Settings => ({
  async get(key) {
    const row = await db.read
      .selectFrom('settings')
      .select('value')
      .where('key', '=', key)
      .executeTakeFirst()
    return row?.value
  },

  put: (key, value) =>
    db.write(async (tx) => {
      await putSetting(tx, key, value)
    }),

  change: (key, value, by) =>
    db.write(async (tx) => {
      await putSetting(tx, key, value)
      await auditAct(tx, by, 'setting.change', `setting:${key}`, { value })
    }),

  putOnce: (key, value) =>
    db.write(async (tx) => {
      await tx
        .insertInto('settings')
        .values({ key, value })
        .onConflict((on) => on.column('key').doNothing())
        .execute()
      const row = await tx
        .selectFrom('settings')
        .select('value')
        .where('key', '=', key)
        .executeTakeFirstOrThrow()
      return row.value
    }),
})

const putSetting = (tx: Tx, key: string, value: string) =>
  tx
    .insertInto('settings')
    .values({ key, value })
    .onConflict((on) => on.column('key').doUpdateSet({ value }))
    .execute()
