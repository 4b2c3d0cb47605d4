import type { Digest } from '../../digest.ts'

/** What may leave the house, and what did. */
export interface Leaving {
  /**
   * A document of this very book (of any, without one), not in the trash, whose current version is this content: the pointer
   * on whose account it may be sent out. Undefined when the book does not allow it or has none, whatever
   * other books have and allow.
   */
  pointer(digest: Digest, bookId?: string): Promise<LeavingPointer | undefined>
  /** Whether every one of these books allows it; `'all'` for every book of the box. False for none. */
  isAllowed(bookIds: readonly string[] | 'all'): Promise<boolean>
  /** Writes into the audit that something is about to be sent. Durable on return. */
  record(use: LeavingUse): Promise<void>
  /** Writes into the audit that what was sent could not be removed there, by the error's reason. */
  recordRemains(use: LeavingUse, reason: string): Promise<void>
}

export interface LeavingPointer {
  documentId: string
  bookId: string
  /** Who put in this version. */
  userId: string
}

/** One use of somebody else's machine. Holds no text and no digest. */
export interface LeavingUse {
  at: number
  /** Who gets it: `gemini:gemini-flash-latest`. */
  provider: string
  what: 'recording' | 'text' | 'question'
  bytes: number
  traceId: string
  /** Absent for a question. */
  documentId?: string
  bookId?: string
  userId?: string
}
