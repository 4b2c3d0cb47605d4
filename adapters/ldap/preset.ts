/** How people and groups are written down in one kind of directory. */
export interface Preset {
  personClass: string
  /** What people may type to sign in; the first is what they are called. */
  loginAttributes: readonly string[]
  groupClasses: readonly string[]
  /** Attributes of a group that name members by their distinguished name. */
  memberAttributes: readonly string[]
  /** Attribute of a group that names members by what they sign in with. */
  memberNameAttribute?: string
  /** Whose values never change and are never given to anybody else. */
  idAttribute: string
  isIdBinary?: boolean
  /**
   * Attributes of a person by which their one primary group is known, which names no members: the
   * number of the group within its domain, and the security id whose domain that is.
   */
  primary?: { numberAttribute: string; sidAttribute: string }
  /** Below the base, where people and groups lie when nothing else is said. */
  places?: { people: string; groups: string }
  /** Attributes that say whether somebody may sign in. */
  stateAttributes: readonly string[]
  /** Without this one nothing is known about that. */
  requiredAttribute?: string
}

const MICROSOFT: Preset = {
  personClass: 'user',
  loginAttributes: ['sAMAccountName', 'userPrincipalName'],
  groupClasses: ['group'],
  memberAttributes: ['member'],
  idAttribute: 'objectGUID',
  isIdBinary: true,
  primary: { numberAttribute: 'primaryGroupID', sidAttribute: 'objectSid' },
  stateAttributes: ['userAccountControl'],
  requiredAttribute: 'userAccountControl',
}

export const PRESETS = {
  'active-directory': MICROSOFT,
  samba: MICROSOFT,
  openldap: {
    personClass: 'person',
    loginAttributes: ['uid'],
    groupClasses: ['groupOfNames', 'groupOfUniqueNames', 'posixGroup'],
    memberAttributes: ['member', 'uniqueMember'],
    memberNameAttribute: 'memberUid',
    idAttribute: 'entryUUID',
    stateAttributes: ['pwdAccountLockedTime', 'nsAccountLock'],
  },
  freeipa: {
    personClass: 'person',
    loginAttributes: ['uid'],
    groupClasses: ['ipaUserGroup'],
    memberAttributes: ['member'],
    idAttribute: 'ipaUniqueID',
    // Beside these lie people who are not in yet, or were removed and are kept.
    places: { people: 'cn=users,cn=accounts', groups: 'cn=groups,cn=accounts' },
    stateAttributes: ['nsAccountLock'],
  },
} as const satisfies Record<string, Preset>

export type PresetName = keyof typeof PRESETS | 'auto'

/** ACCOUNTDISABLE */
const DISABLED_BIT = 2

/** An administrator locked the account for good; a lock by wrong passwords has its time instead. */
const LOCKED_FOR_GOOD = '000001010000Z'

/** Whether the attributes of an entry say that its person may not sign in. */
export function isDisabled(value: (attribute: string) => string | undefined): boolean {
  const control = Number(value('userAccountControl') ?? 0)
  return (
    (control & DISABLED_BIT) !== 0 ||
    value('nsAccountLock')?.toLowerCase() === 'true' ||
    value('pwdAccountLockedTime') === LOCKED_FOR_GOOD
  )
}
