import type { Group, OrgRole, Scope, User } from '../../model/actor.ts'

/** Accounts, groups, sessions and tokens. Secrets arrive hashed; nothing here can be replayed. */
export interface People {
  /** @throws AppError `conflict` (reason `USERNAME_TAKEN`); names compare without case */
  createUser(user: Omit<User, 'disabledAt'> & { passwordHash?: string }): Promise<User>
  updateUser(
    id: string,
    change: {
      displayName?: string
      orgRole?: OrgRole
      disabledAt?: number | null
      passwordHash?: string
    },
  ): Promise<User | undefined>
  user(id: string): Promise<User | undefined>
  userByName(username: string): Promise<(User & { passwordHash?: string }) | undefined>
  /** All users by name, without case. */
  users(): Promise<User[]>

  /** @throws AppError `conflict` (reason `GROUP_EXISTS`) */
  createGroup(group: {
    id: string
    name: string
    isEveryone: boolean
    createdAt: number
  }): Promise<Group>
  groups(): Promise<Group[]>
  removeGroup(id: string): Promise<void>
  members(groupId: string): Promise<User[]>
  addMember(groupId: string, userId: string): Promise<void>
  removeMember(groupId: string, userId: string): Promise<void>

  createSession(session: NewSession): Promise<void>
  /** The live session and its active user; undefined when expired, idle too long, revoked or disabled. */
  session(idHash: string, now: number): Promise<(SessionRow & { user: User }) | undefined>
  touchSession(idHash: string, now: number): Promise<void>
  sessionsOf(userId: string, now: number): Promise<SessionRow[]>
  /** Ends sessions: one by its hash, one of a user by row id, or all of a user. */
  endSession(which: { idHash: string } | { userId: string; id?: string }): Promise<void>

  createToken(token: TokenRow & { tokenHash: string }): Promise<void>
  /** The live token and its active owner; undefined when expired, revoked or the owner is disabled. */
  token(tokenHash: string, now: number): Promise<(TokenRow & { user: User }) | undefined>
  touchToken(id: string, now: number): Promise<void>
  tokensOf(userId: string): Promise<TokenRow[]>
  revokeToken(userId: string, id: string): Promise<boolean>
}

export interface NewSession {
  id: string
  idHash: string
  userId: string
  createdAt: number
  /** Absolute end, epoch ms. */
  expiresAt: number
  /** Ends earlier when unused for this long. */
  idleMs: number
  userAgent: string
  address: string
}

export interface SessionRow {
  id: string
  userId: string
  createdAt: number
  lastUsedAt: number
  expiresAt: number
  userAgent: string
  address: string
}

export interface TokenRow {
  id: string
  userId: string
  name: string
  scopes: Scope[]
  bookIds?: string[]
  createdAt: number
  expiresAt?: number
  lastUsedAt?: number
}
