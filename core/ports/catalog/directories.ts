import type { OrgRole, Role, User } from '../../model/actor.ts'
import type { DirectoryGroup, DirectoryPerson } from '../directory.ts'
import type { Act } from './library.ts'

/** What the catalog knows of directories: their people and groups, by object id and nothing else. */
export interface Directories {
  state(directory: string): Promise<DirectoryState | undefined>
  /** All who are not known to be gone, whether they may sign in or not. */
  known(directory: string): Promise<Known>
  /** Object ids of the directory's groups that people are in, by theirs; none for who is not known. */
  memberships(directory: string, objectIds: readonly string[]): Promise<Map<string, string[]>>
  /**
   * Takes over what the directory showed, in one transaction with its audit. Whoever was looked at
   * after `readAt` is left alone. People and groups keep everything they have while their object id
   * stays; a new object id is somebody new. Who may not sign in any more loses all sessions.
   *
   * @returns what changed
   */
  apply(directory: string, shown: Shown, at: Reading): Promise<Changes>
  /** Writes down that a try was for nothing; what is known stays. */
  noteFailure(directory: string, failure: SyncFailure): Promise<void>
  user(directory: string, objectId: string): Promise<User | undefined>
  /** What a provider of sign-ins can be asked by about an account. */
  grant(userId: string): Promise<string | undefined>
  /** Keeps it, encrypted, in the place of the one before. Undefined: there is none. */
  keepGrant(userId: string, grant: string | undefined): Promise<void>
  /** The provider lets the account in no more by it: all sessions end; `isForAll`, tokens wait, too. */
  endGrant(userId: string, of: { isForAll: boolean }, by: Omit<Act, 'userId'>): Promise<void>
  /** People with a session or an address for an upload, or a token used since `since`, not seen since. */
  inUse(
    directory: string,
    since: { usedSince: number; notSeenSince: number; now: number },
  ): Promise<string[]>
  /** The account of the only one who is called so; undefined for none, and for several. */
  idNamed(directory: string, username: string): Promise<string | undefined>
  /** By name; those that are gone last. */
  groups(directory: string): Promise<MappedGroup[]>
  /** What groups of the directory may do in books and chapters, by book and chapter. */
  grantsOf(directory: string, objectIds: readonly string[]): Promise<GroupGrant[]>
  /** What the members of these groups are in the organization. */
  rolesOf(directory: string, objectIds: readonly string[]): Promise<OrgRole[]>
  /** Members of the group are administrators from now on, or not. @throws AppError `not_found` */
  mapGroup(groupId: string, orgRole: OrgRole, by: Act): Promise<void>
}

export interface DirectoryState {
  triedAt?: number
  /** When the directory was last taken over as a whole. */
  syncedAt?: number
  tookMs?: number
  people: number
  groups: number
  /** Why the last try was for nothing. */
  reason?: string
  message?: string
  stopped?: Vanishing
}

/** What would vanish, of how many. */
export interface Vanishing {
  at: number
  people: number
  ofPeople: number
  groups: number
  ofGroups: number
  /** People who would be left in no group. */
  stripped: number
  /** Memberships that the shrinking groups would lose. */
  members: number
  shrinking: readonly ShrinkingGroup[]
}

/** A group that would lose too many of its members, though they are there. */
export interface ShrinkingGroup {
  objectId: string
  name: string
  lost: number
  of: number
}

export interface Known {
  /** With the object ids of the groups they are in. */
  people: readonly { objectId: string; isIn: boolean; groups: readonly string[] }[]
  groups: readonly { objectId: string }[]
}

export interface Shown {
  people: readonly DirectoryPerson[]
  /** Groups that there are, at least those of the people. */
  groups: readonly DirectoryGroup[]
  /** Whether who is not among them is gone. */
  isWhole: boolean
}

/** When and how the directory was read. */
export interface Reading extends Omit<Act, 'userId'> {
  userId?: string
  /** When the reading began. */
  readAt: number
  /** How long its answer counts, in milliseconds. */
  graceMs: number
}

export interface Changes {
  peopleAdded: number
  peopleBack: number
  peopleDisabled: number
  peopleGone: number
  peopleRenamed: number
  groupsAdded: number
  groupsGone: number
  groupsRenamed: number
  membersAdded: number
  membersDropped: number
  rolesChanged: number
}

export interface SyncFailure {
  at: number
  traceId: string
  reason: string
  message: string
  stopped?: Vanishing
}

export interface GroupGrant {
  /** Name of the group. */
  group: string
  book: string
  chapter?: string
  role: Role
}

export interface MappedGroup {
  id: string
  name: string
  memberCount: number
  /** What its members are in the organization. */
  orgRole: OrgRole
  isGone: boolean
}
