import type { Settings } from '../../core/ports/index.ts'
import type { Database } from './database.ts'

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
      await tx
        .insertInto('settings')
        .values({ key, value })
        .onConflict((on) => on.column('key').doUpdateSet({ value }))
        .execute()
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
