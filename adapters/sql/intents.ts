import { newBlobPath } from '../../core/blob-path.ts'
import type { Digest } from '../../core/digest.ts'
import { AppError } from '../../core/errors.ts'
import type { Tx } from './database.ts'
import { prepared } from './prepared.ts'

/** Says, before there is a file, that one may come to be at the path that is returned. */
export async function intend(tx: Tx, digest: Digest, now: number): Promise<string> {
  const path = newBlobPath(digest)
  await insertIntent.run(tx, { path, now })
  return path
}

const insertIntent = prepared((db, given: { path: string; now: number }) =>
  db.insertInto('blob_intents').values({ path: given.path, created_at: given.now }),
)

/** @throws AppError `unavailable` (reason `INTENT_GONE`) when it was given up meanwhile */
export async function closeIntent(tx: Tx, path: string): Promise<void> {
  const { numAffectedRows } = await deleteIntent.run(tx, { path })
  if (numAffectedRows === 0n) throw intentGone()
}

const deleteIntent = prepared((db, given: { path: string }) =>
  db.deleteFrom('blob_intents').where('path', '=', given.path),
)

/** Its bytes are as good as removed: nothing may point to them. */
const intentGone = () =>
  new AppError('unavailable', 'Storing this file took too long. Please send it again.', {
    reason: 'INTENT_GONE',
  })
