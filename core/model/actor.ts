/** What a person may do in a book or a chapter, weakest first. */
export type Role = 'viewer' | 'contributor' | 'admin'

/** What a person is in the organization: `admin` runs the box and administers every book. */
export type OrgRole = 'member' | 'admin'

/** What a token may be used for. A session of a browser has all three. */
export type Scope = 'read' | 'write' | 'admin'

/** What somebody acts by: a browser, a token, the command line, a watched folder. */
export type ActDoor = 'web' | 'api' | 'command' | 'share'

/** Who asks. Carried explicitly to every operation; never ambient. */
export interface Actor {
  userId: string
  username: string
  displayName: string
  orgRole: OrgRole
  scopes: readonly Scope[]
  /** When set, the credential reaches these books only, whatever its owner may read. */
  bookIds?: readonly string[]
  /** The administrator who looks as this person, and only reads. */
  seenBy?: { userId: string; displayName: string }
  /** Row of the session or token that speaks; absent for what the box does of itself. */
  credentialId?: string
  /** Carried into every row, job and log line that this request causes. */
  traceId: string
  /** Where the request came from; absent for what the box does of itself. */
  address?: string
  /** Absent for what the box does of itself. */
  door?: ActDoor
}

/** The account that did it, for audits and limits: who looks as somebody else acts as themselves. */
export const askerOf = ({ userId, seenBy }: Actor): string => seenBy?.userId ?? userId

export interface User {
  id: string
  username: string
  displayName: string
  orgRole: OrgRole
  /** Epoch ms, or undefined while the account is active. */
  disabledAt?: number
  /** Own limit of what the account may put in, in bytes, 0 for none; undefined for the box's. */
  quotaBytes?: number
  createdAt: number
  /** Since when a code is asked of them at sign-in, epoch ms; undefined while none is. */
  secondStepAt?: number
  /** Where the account comes from; absent for local ones. */
  directory?: DirectoryIdentity
}

/** Who somebody is in a directory, and how sure that is. */
interface DirectoryIdentity {
  id: string
  objectId: string
  /** When the directory was last asked about them. */
  seenAt: number
  /** Why the directory does not let them in. */
  left?: 'disabled' | 'gone'
}

export interface Group {
  id: string
  name: string
  /** The group that everyone with an account belongs to; made at first start, never removed. */
  isEveryone: boolean
  memberCount: number
  /** The directory that says who is in it; absent for local ones. */
  directory?: string
  /** Not in the directory any more; its grants stay, for nobody. */
  isGone?: boolean
}
