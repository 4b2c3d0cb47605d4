import type { Act } from '../../core/ports/index.ts'
import type { Tx } from './database.ts'
import { writeAudit, writeEvent } from './record.ts'

/**
 * Writes what somebody did into the audit; an act of nobody's (the first start) leaves no entry.
 */
export async function auditAct(
  tx: Tx,
  by: Act | undefined,
  action: string,
  subject: string,
  detail: Record<string, unknown> = {},
): Promise<void> {
  if (!by) return
  await writeAudit(tx, {
    at: by.now,
    action,
    subject,
    detail,
    traceId: by.traceId,
    ...(by.userId && { userId: by.userId }),
    ...(by.address && { address: by.address }),
    ...(by.door && { door: by.door }),
  })
}

/**
 * Tells live views of the chapters, once each, what became of a document. With `isToRelink` the worker
 * reads it, too: whoever moved the document cannot reach the index.
 */
export async function tellOfDocument(
  tx: Tx,
  documentId: string,
  change: 'moved' | 'trashed' | 'restored' | 'purged' | 'stored',
  where: { chapterIds: readonly string[]; at: number; isToRelink?: boolean },
): Promise<void> {
  for (const chapterId of new Set(where.chapterIds)) {
    await writeEvent(tx, {
      kind: 'document',
      chapterId,
      payload: { document_id: documentId, change, ...(where.isToRelink && { relink: true }) },
      at: where.at,
    })
  }
}
