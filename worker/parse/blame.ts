import { AppError } from '../../core/errors.ts'

/** What goes to the parent when a parser gave up. */
export interface Blame {
  reason: string
  message: string
}

/**
 * What to tell about a parser's failure, or nothing when it is the parser's own death. Parsers are
 * made for whole files and throw anything at broken ones, so an unknown error blames the file.
 */
export function blame(error: unknown): Blame | undefined {
  if (error instanceof AppError) {
    return error.reason ? { reason: error.reason, message: error.message } : undefined
  }
  if (isOutOfMemory(error)) {
    return { reason: 'PARSER_MEMORY', message: 'Reading this file took too much memory.' }
  }
  if (isOurFault(error)) return undefined
  return { reason: 'DAMAGED_FILE', message: 'This file is damaged: it cannot be read.' }
}

/** In the words of Node, of V8, and of the picture library. */
const isOutOfMemory = (error: unknown): boolean =>
  error instanceof Error &&
  /alloc\w* (memory|failed)|out of memory|memory error|creating thread|invalid (array|string) length/i.test(
    error.message,
  )

/** A missing module, a full disk, a closed pipe: a broken box or parent, not a broken file. */
const isOurFault = (error: unknown): boolean =>
  error instanceof Error &&
  ('syscall' in error ||
    ('code' in error &&
      /^ERR_(MODULE_NOT_FOUND|UNKNOWN_FILE_EXTENSION|PACKAGE_PATH|DLOPEN)/.test(
        String(error.code),
      )))
