import { AppError } from '../errors.ts'
import type { BlobFile, Probe } from '../ports/index.ts'

/** Tells what an open file is by its bytes; its name only breaks ties between kinds of text. */
export type Look = (file: Pick<BlobFile, 'fd' | 'sizeBytes'>, name: string) => Promise<Probe>

/** For stores whose files nobody will ask about: a rule that asks refuses, it never lets pass. */
export const cannotLook: Look = async () => {
  throw new AppError('unavailable', 'The type of files cannot be found out here.')
}
