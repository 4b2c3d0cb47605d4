import { AppError } from '../core/errors.ts'

/** Why a file of a share is not in the library: what becomes of its entry, and the words for staff. */
const REASONS = {
  SYMLINK: ['refused', 'This is a link to another place. Put the file itself into the share.'],
  NOT_A_FILE: ['refused', 'This is a device, pipe or socket, not a file.'],
  OUTSIDE_SHARE: ['refused', 'This leads out of the watched folder and is not followed.'],
  HARD_LINK: [
    'refused',
    'This file has a second name, perhaps in a folder that its owner may not read. Copy it instead, or set fs.protected_hardlinks=1 on this machine.',
  ],
  SPARSE: ['refused', 'This file is almost entirely a hole without content. Write it out in full.'],
  NO_ACCESS: [
    'failed',
    'Onefold may not read this. Give the account it runs as the right to read it.',
  ],
  PATH_TOO_LONG: ['failed', 'The path is too long for this machine. Shorten a folder name.'],
  LOCKED: ['failed', 'Another program holds this file. It is tried again.'],
  READ_ERROR: [
    'failed',
    'The disk or the file server could not read this to the end. Check it; it is tried again.',
  ],
  CHAPTER_RIGHTS: [
    'failed',
    'The owner of this share may not add to the chapter of this folder, or not make it. Give the account the role "admin" on the book, or choose another owner.',
  ],
  NOT_MOVED: [
    'failed',
    'This is stored, but could not be moved to "done". Give the account Onefold runs as the right to write here.',
  ],
  NOT_READ_BACK: [
    'failed',
    'What was stored of this could not be read back, so it stays here. Check the disk of Onefold; it is tried again.',
  ],
} as const satisfies Record<string, readonly ['refused' | 'failed', string]>

/** The store's own refusal, which names the type it found and the rule of the book. */
const NOT_TAKEN = 'TYPE_NOT_TAKEN'

export type SourceReason = keyof typeof REASONS | typeof NOT_TAKEN

/** What is recorded of a file that was not taken. */
export interface SourceFailure {
  state: 'refused' | 'failed'
  reason: SourceReason
  message: string
}

/** Reasons by what the system says; everything else is a read error. `ENXIO`: a socket was opened. */
const BY_SYSTEM_CODE: Partial<Record<string, keyof typeof REASONS>> = {
  EACCES: 'NO_ACCESS',
  EPERM: 'NO_ACCESS',
  ELOOP: 'SYMLINK',
  EMLINK: 'SYMLINK',
  ENXIO: 'NOT_A_FILE',
  ENODEV: 'NOT_A_FILE',
  EISDIR: 'NOT_A_FILE',
  ENAMETOOLONG: 'PATH_TOO_LONG',
  EAGAIN: 'LOCKED',
  EBUSY: 'LOCKED',
  ETXTBSY: 'LOCKED',
}

/** An error whose cause lies with the source file, not with us. */
export function sourceError(reason: keyof typeof REASONS, cause?: unknown): AppError {
  const [state, message] = REASONS[reason]
  return new AppError(state === 'refused' ? 'unsupported_type' : 'unavailable', message, {
    cause,
    reason,
  })
}

/** Turns what the file system says about a source file into such an error. */
export function asSourceError(cause: unknown): AppError {
  if (cause instanceof AppError) return cause
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  return sourceError(BY_SYSTEM_CODE[code] ?? 'READ_ERROR', cause)
}

/** What to record when the source file is at fault; undefined when we are. */
export function failureOf(error: unknown): SourceFailure | undefined {
  if (!(error instanceof AppError)) return undefined
  if (error.reason === NOT_TAKEN) {
    return { state: 'refused', reason: NOT_TAKEN, message: error.message }
  }
  if (!isReason(error.reason)) return undefined
  const [state, message] = REASONS[error.reason]
  return { state, reason: error.reason, message }
}

const isReason = (reason: string | undefined): reason is keyof typeof REASONS =>
  reason !== undefined && Object.hasOwn(REASONS, reason)
