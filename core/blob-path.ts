import type { Digest } from './digest.ts'
import { newUlid } from './ids.ts'

/** A fresh path for a blob, `ab/<digest>.<ulid>`: never used before, never used again. */
export const newBlobPath = (digest: Digest, nowMs?: number): string =>
  `${digest.slice(0, 2)}/${digest}.${newUlid(nowMs)}`

/** The digest that a blob path promises. */
export const digestOfPath = (path: string): Digest => path.slice(3, 67) as Digest
