import { readFileSync } from 'node:fs'
import { carefulDirectory } from '../core/directory/careful.ts'
import { AppError } from '../core/errors.ts'
import type { Clock, Directory } from '../core/ports/index.ts'
import type { Config } from './schema.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
/** Entries in one answer; no server gives more than 1,000. */
const PAGE = 500

/**
 * The directory of the configuration; undefined without one. It is not asked anything yet.
 *
 * @throws AppError `bad_request` (reason `CONFIG`) for one that could not be asked
 */
export async function directoryOf(
  { ldap }: Pick<Config, 'ldap'>,
  clock: Pick<Clock, 'monotonic'>,
): Promise<Directory | undefined> {
  if (ldap.url === undefined) return undefined
  const { ldapDirectory } = await import('../adapters/ldap/directory.ts')
  const { isFilter } = await import('../adapters/ldap/schema.ts')
  const { url, caFile, clearText, syncMinutes, graceHours, ...rest } = ldap
  const { bindDn, bindPassword, bindPattern, base, peopleBase, groupsBase, personFilter } = rest
  if (bindDn !== undefined && !bindPassword?.trim()) {
    throw refusal('ldap_bind_dn needs ldap_bind_password: no bind is made without one.')
  }
  if (bindPattern !== undefined && !bindPattern.includes('{name}')) {
    throw refusal('ldap_bind_pattern has no {name} in it.')
  }
  if (personFilter !== undefined && !isFilter(personFilter)) {
    throw refusal('ldap_person_filter is not an LDAP filter.')
  }
  const directory = ldapDirectory({
    id: rest.id,
    urls: url.split(',').map((server) => server.trim()),
    preset: rest.preset,
    isClearTextAllowed: clearText === 'loopback',
    timeoutMs: rest.timeoutMs,
    pageSize: PAGE,
    syncMs: syncMinutes * MINUTE_MS,
    graceMs: graceHours * HOUR_MS,
    ...(caFile !== undefined && { ca: authorities(caFile) }),
    ...(bindDn !== undefined && { bindDn }),
    ...(bindPassword !== undefined && { bindPassword }),
    ...(bindPattern !== undefined && { bindPattern }),
    ...(base !== undefined && { base }),
    ...(peopleBase !== undefined && { peopleBase }),
    ...(groupsBase !== undefined && { groupsBase }),
    ...(personFilter !== undefined && { personFilter }),
  })
  return carefulDirectory(directory, clock)
}

function authorities(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw refusal(`ldap_ca_file ${path} cannot be read.`, cause)
  }
}

const refusal = (problem: string, cause?: unknown) =>
  new AppError('bad_request', `The configuration is not right:\n  ${problem}`, {
    reason: 'CONFIG',
    cause,
  })
