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
  /** Row of the session or token that speaks; absent for what the box does of itself. */
  credentialId?: string
  /** Carried into every row, job and log line that this request causes. */
  traceId: string
  /** Where the request came from; absent for what the box does of itself. */
  address?: string
  /** Absent for what the box does of itself. */
  door?: ActDoor
}

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
}

export interface Group {
  id: string
  name: string
  /** The group that everyone with an account belongs to; made at first start, never removed. */
  isEveryone: boolean
  memberCount: number
}
