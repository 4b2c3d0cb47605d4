import type { Digest } from '../../core/digest.ts'
import type { Keys } from '../../core/keys.ts'
import type { Database } from './database.ts'

const TOGETHER = 1000

/** Gives every content the tag that today's keys give it; may be cut short and called again. */
export async function retag(db: Database, keys: Keys): Promise<number> {
  let after = 0
  for (let changed = 0; ; ) {
    const rows = await db.read
      .selectFrom('blobs')
      .select(['id', 'digest'])
      .where('id', '>', after)
      .orderBy('id')
      .limit(TOGETHER)
      .execute()
    const last = rows.at(-1)
    if (!last) return changed
    await db.write(async (tx) => {
      for (const { id, digest } of rows) {
        const tag = keys.tag(digest as Digest)
        await tx.updateTable('blobs').set({ tag }).where('id', '=', id).execute()
      }
    })
    after = last.id
    changed += rows.length
  }
}
