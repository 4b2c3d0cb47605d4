import { sql } from 'kysely'
import { hasSystemCode, notFound } from '../../core/errors.ts'
import type { DryRun, Shares } from '../../core/ports/index.ts'
import type { Database, Tx } from './database.ts'
import { auditAct } from './library-audit.ts'
import { writeEvent } from './record.ts'
import { setPresence } from './source-state.ts'

type Orders = Pick<Shares, 'forget' | 'order' | 'orders' | 'orderDone' | 'putDryRun' | 'dryRun'>

/** What the watcher of a share is asked to do, and what it says of it. */
export const shareOrders = (db: Database): Orders => ({
  forget: (shareId, paths) =>
    db.write(async (tx) => {
      for (const path of paths) await forget(tx, shareId, Buffer.from(path))
    }),

  order: (share_id, what, by) =>
    db.write(async (tx) => {
      const asked_at = by.now
      await tx
        .insertInto('share_orders')
        .values({ share_id, what, asked_at })
        .onConflict((on) => on.columns(['share_id', 'what']).doUpdateSet({ asked_at }))
        .execute()
        .catch((cause: unknown) => {
          throw hasSystemCode(cause, 'SQLITE_CONSTRAINT_FOREIGNKEY') ? notFound() : cause
        })
      await auditAct(tx, by, `share.${what}`, `share:${share_id}`)
    }),

  async orders() {
    const rows = await db.read
      .selectFrom('share_orders')
      .selectAll()
      .orderBy('asked_at')
      .orderBy('share_id')
      .execute()
    return rows.map((row) => ({ shareId: row.share_id, what: row.what, askedAt: row.asked_at }))
  },

  orderDone: ({ shareId, what, askedAt }) =>
    db.write(async (tx) => {
      await tx
        .deleteFrom('share_orders')
        .where('share_id', '=', shareId)
        .where('what', '=', what)
        .where('asked_at', '<=', askedAt)
        .execute()
    }),

  putDryRun: (shareId, report) =>
    db.write(async (tx) => {
      const text = JSON.stringify(report)
      const done = await sql`
        insert into share_dry_runs (share_id, report)
        select id, ${text} from shares where id = ${shareId}
        on conflict (share_id) do update set report = excluded.report`.execute(tx)
      if (!done.numAffectedRows) return
      const payload = { share_id: shareId }
      await writeEvent(tx, { kind: 'share', payload, at: report.finishedAt })
    }),

  async dryRun(shareId) {
    const row = await db.read
      .selectFrom('share_dry_runs')
      .select('report')
      .where('share_id', '=', shareId)
      .executeTakeFirst()
    return row && (JSON.parse(row.report) as DryRun)
  },
})

async function forget(tx: Tx, shareId: string, path: Buffer): Promise<void> {
  const entry = await tx
    .deleteFrom('share_entries')
    .where('share_id', '=', shareId)
    .where('path', '=', path)
    .returning('document_id')
    .executeTakeFirst()
  if (!entry?.document_id) return
  await setPresence(tx, entry.document_id, null)
}
