import type { Tag } from '../../keys.ts'
import type { Challenge } from '../../possession/proof.ts'
import type { Committed, NewVersion } from './ingest.ts'
import type { Act } from './library.ts'

/** A challenge and what it was made for. */
export interface IssuedChallenge extends Challenge {
  uploadId: string
  userId: string
  expiresAt: number
}

/** A content that may be claimed by proof, if enough people hold it. */
export interface Offer {
  blobId: number
  path: string
  /** Other accounts with a document of this content that is not in the trash. */
  holders: number
}

/** Answers of one account: a refused one counts as refused whatever the reason. */
export interface ProofLimits {
  answersPerHour: number
  refusalsPerHour: number
}

export interface ProofFigures {
  passed: number
  refused: number
  /** Sum of the sizes of what did not have to be sent. */
  savedBytes: number
}

/** Challenges for whoever claims to hold a file, and what becomes of their answers. */
export interface Possession {
  /** Keeps challenges. Those of which nobody counts the answers any more are forgotten. */
  issue(challenges: readonly IssuedChallenge[], now: number): Promise<void>
  /**
   * Takes a challenge for its one answer, which counts as refused until it is claimed with.
   * Undefined when it is not that upload's and that holder's, was answered before, or has expired.
   *
   * @throws AppError `rate_limited` (reason `PROOFS`) when the account has answered too often
   */
  redeem(
    answer: { id: string; uploadId: string; userId: string; holder: Uint8Array },
    limits: ProofLimits,
    now: number,
  ): Promise<IssuedChallenge | undefined>
  /** Undefined unless the content is here, whole, of that size, and in no private book. */
  offer(content: { tag: Tag; sizeBytes: number }, userId: string): Promise<Offer | undefined>
  /**
   * A pointer to what was offered, without bytes; the answer counts as passed. Undefined, and nothing
   * done, when less than `leastHolders` hold it now or it is not offered any more.
   */
  claim(
    input: NewVersion,
    offered: { challengeId: string; blobId: number; leastHolders: number },
  ): Promise<Committed | undefined>
  /** Answers since then. */
  figures(since: number): Promise<ProofFigures>
  /** Books by name, and whether their contents are kept out. */
  books(): Promise<{ id: string; name: string; isPrivate: boolean }[]>
  /** @throws AppError `not_found` */
  markPrivate(bookId: string, isPrivate: boolean, by: Act): Promise<void>
}
