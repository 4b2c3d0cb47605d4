import { AppError } from '../../core/errors.ts'

/** What can be wrong with a directory, and what to change. */
const FAILURES = {
  DIRECTORY_UNREACHABLE:
    'The directory does not answer. Look at the address, the port, the name service and the firewall.',
  DIRECTORY_TLS:
    'No secure connection to the directory. Give the certificate of its authority with ldap_ca_file, use the name that stands in its certificate, and look at the dates.',
  DIRECTORY_CLEAR_TEXT:
    'The directory would be asked in clear text. Use ldaps:// or StartTLS; only on this very machine may it be allowed with ldap_clear_text.',
  DIRECTORY_BIND:
    'The directory does not let the service account in. Look at ldap_bind_dn and its password.',
  DIRECTORY_BASE:
    'There is nothing at the base, or the service account may not see it. Look at ldap_base and the bases of people and groups.',
  DIRECTORY_INCOMPLETE:
    'The directory did not tell everything. Look at its limits, and at what the service account may read.',
  DIRECTORY_BUSY: 'The directory is busy or limits how often it may be asked.',
  DIRECTORY_EMPTY: 'The directory shows nobody, or no groups, where there were some.',
  DIRECTORY_IDENTITY:
    'After the password was checked, the directory said that somebody else signed in, or nobody.',
} as const

type Failure = keyof typeof FAILURES

/** @returns an AppError `unavailable` with this reason and its advice */
export const failure = (reason: Failure, cause?: unknown): AppError =>
  new AppError('unavailable', FAILURES[reason], { reason, cause })

/** What is wrong, by the failure of a connection or an answer of a server. */
export function failureOf(cause: unknown): AppError {
  if (cause instanceof AppError) return cause
  return failure(reasonOf(resultCode(cause)), cause)
}

function reasonOf(code: number | undefined): Failure {
  if (code === undefined) return 'DIRECTORY_UNREACHABLE'
  // busy, unavailable, unwilling to perform
  if ([51, 52, 53].includes(code)) return 'DIRECTORY_BUSY'
  // referral, no such object, invalid name
  if ([10, 32, 34].includes(code)) return 'DIRECTORY_BASE'
  // limits of time, size and administration, and everything else that is no whole answer
  return 'DIRECTORY_INCOMPLETE'
}

/** The result code of an answer (RFC 4511); undefined when there was none. */
export const resultCode = (cause: unknown): number | undefined =>
  cause instanceof Error && 'code' in cause && typeof cause.code === 'number'
    ? cause.code
    : undefined

/** Whether another server of the same directory may know better. */
export const isOfServer = (cause: unknown): cause is AppError =>
  cause instanceof AppError &&
  [
    'DIRECTORY_UNREACHABLE',
    'DIRECTORY_TLS',
    'DIRECTORY_BUSY',
    'DIRECTORY_INCOMPLETE',
    // What was changed last may not have come to all of them.
    'DIRECTORY_BIND',
    'DIRECTORY_BASE',
  ].includes(cause.reason ?? '')
