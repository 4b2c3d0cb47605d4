/** The closed set of failures the product knows. Adding one means adding its row in every table. */
export type ErrorCode =
  | 'bad_request'
  | 'unauthenticated'
  | 'forbidden'
  | 'not_found'
  | 'conflict'
  | 'too_large'
  | 'digest_mismatch'
  | 'unsupported_type'
  | 'rate_limited'
  | 'storage_full'
  | 'unavailable'
  | 'internal'

/** A failure with a code for machines and a message that is safe to show to staff. */
export class AppError extends Error {
  readonly code: ErrorCode
  /** Delay before another try makes sense, in milliseconds. */
  readonly retryAfterMs?: number
  /**
   * Narrower machine-readable reason inside a code (`INVALID_HASH`, `PASSWORD_PROTECTED`, …), stable
   * for integrators and for the help page of that reason.
   */
  readonly reason?: string
  /** What `message` says, for machines: members of the wire, where the reason has some. */
  readonly detail?: Readonly<Record<string, unknown>>

  constructor(
    code: ErrorCode,
    message: string,
    options: ErrorOptions & {
      retryAfterMs?: number
      reason?: string
      detail?: Readonly<Record<string, unknown>>
    } = {},
  ) {
    super(message, options)
    this.name = 'AppError'
    this.code = code
    if (options.retryAfterMs !== undefined) this.retryAfterMs = options.retryAfterMs
    if (options.reason !== undefined) this.reason = options.reason
    if (options.detail !== undefined) this.detail = options.detail
  }
}

/** Anything that is not an AppError is `internal`: logged in full, shown as one plain sentence. */
export const codeOf = (error: unknown): ErrorCode =>
  error instanceof AppError ? error.code : 'internal'

/** Whether `error` carries the system error code `code` (`ENOENT`, `EEXIST`, …). */
export const hasSystemCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code

/** The one sentence for a thing that is absent and for a thing that is hidden: they look the same. */
export const notFound = () =>
  new AppError('not_found', 'There is nothing here, or you may not see it.')
