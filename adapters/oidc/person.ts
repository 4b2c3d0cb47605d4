import type { DirectoryGroup, DirectoryPerson } from '../../core/ports/index.ts'

/** Claims about somebody, as they came. */
export type Claims = Readonly<Record<string, unknown>> & { readonly sub: string }

export interface ClaimNames {
  nameClaim: string
  groupsClaim: string
}

const LONGEST_NAME = 200
const MOST_GROUPS = 1_000

/** Claims by which Microsoft's says that there are groups, and too many to name. */
const OVERAGE = ['hasgroups', 'groups:src1']

/**
 * Whether the claims say that somebody's groups are kept elsewhere, in place of naming them: they are
 * not in none.
 */
export function leavesGroupsOut(claims: Claims, { groupsClaim }: ClaimNames): boolean {
  if (groupsClaim in claims) return false
  const elsewhere = claims['_claim_names']
  return (
    OVERAGE.some((name) => name in claims) ||
    (typeof elsewhere === 'object' && elsewhere !== null && groupsClaim in elsewhere)
  )
}

/**
 * Somebody by the claims about them. Who they are is the subject alone; names may be anybody's. Groups
 * are known by what the provider calls them: a renamed one is another one.
 */
export function personOf(claims: Claims, { nameClaim, groupsClaim }: ClaimNames): DirectoryPerson {
  const username = nameIn(claims[nameClaim]) ?? claims.sub
  return {
    objectId: claims.sub,
    username,
    displayName: nameIn(claims['name']) ?? username,
    isDisabled: false,
    groups: groupsIn(claims[groupsClaim]),
  }
}

function groupsIn(claim: unknown): DirectoryGroup[] {
  const names = (Array.isArray(claim) ? claim : [claim]).flatMap((each) => nameIn(each) ?? [])
  return [...new Set(names)].slice(0, MOST_GROUPS).map((name) => ({ objectId: name, name }))
}

/** One line of what may be shown; undefined for what is no name. */
function nameIn(claim: unknown): string | undefined {
  if (typeof claim !== 'string') return undefined
  const name = claim
    .normalize('NFC')
    .replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, '')
    .trim()
  return name === '' || name.length > LONGEST_NAME ? undefined : name
}
