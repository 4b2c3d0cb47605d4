import type { Examination } from '../../core/ports/index.ts'
import { failureOf, resultCode } from './failure.ts'

/** What exactly to change, where what was seen says more than the reason of the failure. */
const HINTS = {
  DIRECTORY_NO_HOST:
    'There is no such name. Look at the host in ldap_url, and at the name service of this machine.',
  DIRECTORY_REFUSED:
    'The machine is there, and nothing listens at that port. LDAPS has 636, StartTLS 389: look at the port in ldap_url, and whether the directory runs.',
  DIRECTORY_SILENT:
    'Nothing came back in time. Look at the host in ldap_url, and at the firewalls on the way.',
  DIRECTORY_TLS_AUTHORITY:
    'Its certificate comes from an authority that is not believed here. Put the certificate of that authority, as PEM, where ldap_ca_file says.',
  DIRECTORY_TLS_NAME:
    'Its certificate is for another name. Write the name that stands in it into ldap_url, or have one made for this name.',
  DIRECTORY_TLS_DATES:
    'Its certificate is over, or not good yet. Have a new one made, or set the clocks of both machines.',
  DIRECTORY_TLS_NONE:
    'What listens at that port speaks no TLS. Write ldaps:// for port 636, ldap:// for StartTLS at 389; the directory needs a certificate for either.',
  DIRECTORY_NO_BASE:
    'There is no such place, or the service account may not see it. Look at ldap_base, ldap_people_base and ldap_groups_base; each is written like dc=corp,dc=example.',
  DIRECTORY_NOBODY:
    'The place is there, and nobody in it fits. Look at ldap_people_base, ldap_person_filter and ldap_preset, and at what the service account may read.',
  DIRECTORY_NO_GROUPS:
    'The place is there, and no group in it is seen. Look at ldap_groups_base and ldap_preset, and at what the service account may read.',
  DIRECTORY_NO_PERSON:
    'Nobody signs in by this name. Look at how it is written; ldap_people_base and ldap_person_filter may leave the person out.',
  DIRECTORY_SEVERAL:
    'Several entries have this name, so nobody signs in by it. Make ldap_people_base or ldap_person_filter narrower, or have one of them renamed.',
} as const

type Hint = keyof typeof HINTS

/** Code of what several entries fit. */
export const SEVERAL = 'SEVERAL'

const BY_CODE: Record<string, Hint> = {
  ENOTFOUND: 'DIRECTORY_NO_HOST',
  EAI_AGAIN: 'DIRECTORY_NO_HOST',
  ECONNREFUSED: 'DIRECTORY_REFUSED',
  EHOSTUNREACH: 'DIRECTORY_SILENT',
  ENETUNREACH: 'DIRECTORY_SILENT',
  ETIMEDOUT: 'DIRECTORY_SILENT',
  SELF_SIGNED_CERT_IN_CHAIN: 'DIRECTORY_TLS_AUTHORITY',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'DIRECTORY_TLS_AUTHORITY',
  UNABLE_TO_GET_ISSUER_CERT: 'DIRECTORY_TLS_AUTHORITY',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'DIRECTORY_TLS_AUTHORITY',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'DIRECTORY_TLS_AUTHORITY',
  ERR_TLS_CERT_ALTNAME_INVALID: 'DIRECTORY_TLS_NAME',
  CERT_HAS_EXPIRED: 'DIRECTORY_TLS_DATES',
  CERT_NOT_YET_VALID: 'DIRECTORY_TLS_DATES',
  [SEVERAL]: 'DIRECTORY_SEVERAL',
}

const NOTHING: Partial<Record<Examination['step'], Hint>> = {
  people: 'DIRECTORY_NOBODY',
  groups: 'DIRECTORY_NO_GROUPS',
  person: 'DIRECTORY_NO_PERSON',
}

/** Why a step failed, as exactly as what was seen tells, and what to change. */
export function adviceOf(
  step: Examination['step'],
  cause: unknown,
): { reason: string; advice: string } {
  const { message: advice, reason = 'DIRECTORY_UNREACHABLE', cause: inner } = failureOf(cause)
  const hint = hintOf(step, reason, inner ?? cause)
  return hint ? { reason: hint, advice: HINTS[hint] } : { reason, advice }
}

function hintOf(step: Examination['step'], reason: string, cause: unknown): Hint | undefined {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  const known = BY_CODE[code]
  if (known) return known
  if (reason === 'DIRECTORY_EMPTY') return NOTHING[step]
  // No such object, invalid name.
  if ([32, 34].includes(resultCode(cause) ?? 0)) return 'DIRECTORY_NO_BASE'
  if (step === 'reach') return 'DIRECTORY_SILENT'
  return step === 'tls' && reason === 'DIRECTORY_TLS' ? 'DIRECTORY_TLS_NONE' : undefined
}
