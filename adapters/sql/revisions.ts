import type { Database } from './database.ts'
import { prepared } from './prepared.ts'

/**
 * How often what rights are made of was changed, by whichever process: triggers count it within the
 * transaction of the change. What was read after a number was asked for holds for as long as that number
 * is told.
 */
export async function revisionsOf(db: Database): Promise<{ shelves: number; rights: number }> {
  const row = await counted.first(db.read, {})
  if (!row) throw new Error('The catalog does not count its changes of rights.')
  return row
}

const counted = prepared((db) => db.selectFrom('revisions').select(['shelves', 'rights']))
