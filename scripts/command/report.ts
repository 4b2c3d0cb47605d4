import { CommanderError } from 'commander'
import { AppError, type ErrorCode } from '../../core/errors.ts'

/** How a command ends, by what went wrong. Complete by type; `onefold --help` lists them. */
const EXIT: Record<ErrorCode, number> = {
  internal: 1,
  digest_mismatch: 1,
  bad_request: 2,
  unsupported_type: 2,
  too_large: 2,
  not_found: 3,
  conflict: 4,
  unauthenticated: 5,
  forbidden: 5,
  rate_limited: 6,
  storage_full: 6,
  unavailable: 6,
}

export const EXIT_CODES = `
Exit codes:
  0  done          1  failed, or a check found something   2  wrong use
  3  not found     4  in the way of something else         5  not allowed
  6  not available just now`

/** Says on standard error what went wrong. Returns the exit code. */
export function report(error: unknown, asJson: boolean): number {
  // Commander has said it already; its own code for wrong use is 1.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT.bad_request
  if (!(error instanceof AppError)) {
    console.error(error)
    return EXIT.internal
  }
  const { code, reason, message } = error
  if (asJson) console.error(JSON.stringify({ error: { code, reason, message } }))
  else console.error(`onefold: ${message}`)
  return EXIT[code]
}
