/** What became of the files in an archive that is expanded. */
export interface Expansion {
  /** `partial`: some are no documents, and never will be. */
  state: 'working' | 'done' | 'partial'
  /** Files that are documents of their own. */
  taken: number
  /** Files in it; more than were counted where its list is cut. */
  total: number
  /** Which are not taken; the first of them. */
  missing: MissingEntry[]
}

/** A file in an archive that is no document, and why. */
export interface MissingEntry {
  /** Absent for all those that were not even listed. */
  path?: string
  /** `PASSWORD_PROTECTED`, `ENTRY_NAME`, `ENTRY_TOO_LARGE`, `ENTRY_LIMIT`, … */
  reason: string
  /** In words for staff. */
  message: string
}

/** An entry of an archive that became a document, in this version of the archive or an earlier one. */
export interface KnownEntry {
  /** As it is shown; one document for each path. */
  path: string
  /** Version of the archive that held it last, and its position there. */
  versionId: string
  index: number
  /** Somebody put its document into the trash, or removed it. */
  isDeleted: boolean
}

/** Archives whose files are documents of their own. */
export interface Archives {
  /** Whether a version came from a share that wants its archives expanded. */
  isWanted(versionId: string): Promise<boolean>
  /** Entries that the versions of a document have had so far. */
  known(archiveId: string): Promise<KnownEntry[]>
  /** Replaces what is told of a version; one that is gone is dropped. */
  put(versionId: string, expansion: Expansion, now: number): Promise<void>
  /**
   * As `put`, at the end: says of all documents from the archive whether this version still has them.
   * Nothing is done when the version is not its document's current one any more. One transaction.
   */
  finish(versionId: string, expansion: Expansion, now: number): Promise<void>
  of(versionId: string): Promise<Expansion | undefined>
}
