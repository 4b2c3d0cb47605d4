import type { Tx } from './database.ts'

type Presence = 'present' | 'missing' | null

/**
 * Says of a document whether its file is there in its share; of an archive that is expanded, of what
 * came out of it, too.
 */
export async function setPresence(tx: Tx, documentId: string, state: Presence): Promise<void> {
  await tx
    .updateTable('documents')
    .set({ source_state: state })
    .where('id', '=', documentId)
    .execute()
  await setPresenceInside(tx, documentId, state)
}

/** What the archive does not hold any more is missing, whether the archive is there or not. */
export async function setPresenceInside(tx: Tx, archiveId: string, state: Presence): Promise<void> {
  for (const isGone of [0, 1] as const) {
    await tx
      .updateTable('documents')
      .set({ source_state: state === 'present' && isGone ? 'missing' : state })
      .where('id', 'in', (from) =>
        from
          .selectFrom('archive_entries')
          .select('document_id')
          .where('archive_id', '=', archiveId)
          .where('is_gone', '=', isGone)
          .where('document_id', 'is not', null)
          .$castTo<{ document_id: string }>(),
      )
      .execute()
  }
}
