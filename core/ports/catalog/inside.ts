import type { Visible } from '../../access/access.ts'
import type { DocumentRow } from './library.ts'

/** What came inside of a mail or an archive and is a document of its own; what is trashed apart. */
export interface Inside {
  /** Documents that the attachments of a version of a mail became, by their position in it. */
  attached(visible: Visible, mailVersionId: string): Promise<Map<number, DocumentRow>>
  /** Ids of the documents that files of an archive are, by their position in this version of it. */
  unpacked(
    visible: Visible,
    archive: { documentId: string; versionId: string },
  ): Promise<Map<number, string>>
}
