import type { Visible } from '../../access/access.ts'
import type { DerivationRow } from './jobs.ts'
import type { VersionRow } from './library.ts'

/** How a version came to be, beyond the door it came through. */
export interface VersionSource {
  /** The watched share; its name as it is now, or was when the share was removed. */
  share?: { name: string; path: Uint8Array }
  /** The mail it was attached to, if whoever asks may read that. */
  mail?: { documentId: string; name: string }
  /** The archive it was taken out of, if whoever asks may read that. */
  archive?: { documentId: string; name: string }
  /** Number of the version whose content it took up again. */
  restoredFrom?: number
}

/** A version in the history of its document. */
export interface ListedVersion {
  version: VersionRow
  origin: VersionSource
  /** Steps on its content, as `Derivations.shown` gives them. */
  steps: DerivationRow[]
}

/** What became of a document, version by version. */
export interface History {
  /** Newest first, at most `limit`, of numbers below `before`. */
  page(
    visible: Visible,
    documentId: string,
    slice: { limit: number; before?: number },
  ): Promise<ListedVersion[]>
}
