import type { Quota } from '../../account/quota.ts'
import type { Group, OrgRole, Scope, User } from '../../model/actor.ts'
import type { Act } from './library.ts'

/**
 * Accounts, groups, sessions and tokens. Secrets arrive hashed; nothing here can be replayed. Changes
 * that are given an act are written with their audit entry in one transaction.
 */
export interface People {
  /** @throws AppError `conflict` (reason `USERNAME_TAKEN`); names compare without case */
  createUser(user: Omit<User, 'disabledAt'> & { passwordHash?: string }, by?: Act): Promise<User>
  /**
   * Undefined when there is no such account. A disabled account loses its sessions at once.
   * @throws AppError `conflict` (reason `LAST_ADMIN`) when no active administrator would be left
   */
  updateUser(id: string, change: UserChange, by?: Act): Promise<User | undefined>
  user(id: string): Promise<User | undefined>
  /** A local account. */
  userByName(username: string): Promise<(User & { passwordHash?: string }) | undefined>
  /** Undefined for an account without a password, as those of a directory. */
  passwordHash(id: string): Promise<string | undefined>
  /** Ends all sessions and tokens of an account and disables it, at once. @throws as `updateUser` */
  lockOut(id: string, by: Act): Promise<User | undefined>
  /** All users by name, without case. */
  users(): Promise<User[]>
  /** What an account has put in, and how much it may. @throws AppError `not_found` */
  quota(userId: string): Promise<Quota>
  /** Accounts whose count of bytes differs from their versions. Empty when all is well. */
  wrongQuotas(): Promise<{ username: string; counted: number; actual: number }[]>

  /** @throws AppError `conflict` (reason `GROUP_EXISTS`); names compare without case */
  createGroup(group: NewGroup, by?: Act): Promise<Group>
  /** By name, without case. */
  groups(): Promise<Group[]>
  /** @throws AppError `not_found`, `conflict` (reason `EVERYONE`) */
  removeGroup(id: string, by?: Act): Promise<void>
  /** By name; all active accounts for the group of everyone. @throws AppError `not_found` */
  members(groupId: string): Promise<User[]>
  /** Idempotent. @throws AppError `not_found` for either, `conflict` (reason `EVERYONE`) */
  addMember(groupId: string, userId: string, by?: Act): Promise<void>
  /** Idempotent. @throws AppError `not_found`, `conflict` (reason `EVERYONE`) */
  removeMember(groupId: string, userId: string, by?: Act): Promise<void>

  createSession(session: NewSession): Promise<void>
  /** The live session and its active user; undefined when expired, idle too long, revoked or disabled. */
  session(idHash: string, now: number): Promise<(SessionRow & { user: User }) | undefined>
  touchSession(idHash: string, now: number): Promise<void>
  /** Gives a session another secret, at once: the old one is unknown. Its row and its end stay. */
  renewSession(id: string, idHash: string): Promise<void>
  sessionsOf(userId: string, now: number): Promise<SessionRow[]>
  /** Ends sessions: one by its hash, one of a user by row id, or all of a user but `exceptId`. */
  endSession(
    which: { idHash: string } | { userId: string; id?: string; exceptId?: string },
  ): Promise<void>
  /**
   * Ends for good the sessions that are over, or that were used by a time that is still to come: no
   * clock that is set back brings one to life again. Returns how many.
   */
  endOverdue(now: number): Promise<number>
  /** Removes sessions and tokens that ended before `before`. */
  pruneCredentials(before: number): Promise<void>

  /** Lets a session look as somebody else until `endsAt`, epoch ms; a second time replaces the first. */
  startSeeing(
    wish: { sessionId: string; userId: string; endsAt: number },
    by: Act & { userId: string },
  ): Promise<void>
  /** Whom a session looks as, over or not; `isEndTold` when it is over by time and the audit has it. */
  seenBy(sessionId: string): Promise<{ user: User; endsAt: number; isEndTold: boolean } | undefined>
  /**
   * Writes into the audit, once each, that looks are over because their time is: of one session, or of
   * all. Who looked is who the entry names.
   */
  tellEndOfSeeing(by: Act, sessionId?: string): Promise<void>
  /** Idempotent. An end that is told already is not told again. */
  stopSeeing(sessionId: string, by: Act): Promise<void>

  createToken(token: TokenRow & { tokenHash: string }, by?: Act): Promise<void>
  /** The live token and its active owner; undefined when expired, revoked or the owner is disabled. */
  token(tokenHash: string, now: number): Promise<(TokenRow & { user: User }) | undefined>
  touchToken(id: string, now: number): Promise<void>
  tokensOf(userId: string): Promise<TokenRow[]>
  /** Whether this session or token may still be used, by its row, and its owner is active. */
  isGood(credentialId: string, now: number): Promise<boolean>
  revokeToken(userId: string, id: string, by?: Act): Promise<boolean>
}

export interface UserChange {
  displayName?: string
  orgRole?: OrgRole
  /** `null` makes the account active again. */
  disabledAt?: number | null
  passwordHash?: string
  /** `null` gives the account the box's limit again; 0 takes every limit away. */
  quotaBytes?: number | null
}

export interface NewGroup {
  id: string
  name: string
  isEveryone: boolean
  createdAt: number
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
