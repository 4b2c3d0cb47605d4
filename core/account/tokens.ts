import { resolveAccess } from '../access/access.ts'
import { AppError, notFound } from '../errors.ts'
import { newId } from '../ids.ts'
import type { Actor, Scope } from '../model/actor.ts'
import type { Ports, TokenRow } from '../ports/index.ts'
import { actBy } from './act.ts'
import { requireOwnAccount } from './own-account.ts'
import { newToken, secretHash } from './secret.ts'

type Stores = Pick<Ports, 'catalog' | 'clock'>

export interface TokenWish {
  name: string
  scopes: readonly Scope[]
  bookIds?: readonly string[]
  /** Epoch ms; `null` for a token without end; absent for the usual time. */
  expiresAt?: number | null
}

/** How long tokens are good, in days; 0 without end. */
export interface TokenRules {
  defaultDays: number
  longestDays: number
}

export const DEFAULT_TOKEN_RULES: TokenRules = { defaultDays: 365, longestDays: 0 }

const DAY_MS = 24 * 60 * 60_000

/**
 * Makes a token that can do at most what the credential that asks for it can, and no longer than a
 * token that asks for it.
 *
 * @returns the row, and the token itself, shown this once
 * @throws AppError `forbidden` (reason `SCOPE`) for scopes beyond the own and for a token that reaches
 * certain books only, `not_found` for hidden books,
 * `bad_request` for an end that has passed (reason `EXPIRED`) or is too far (`TOKEN_TOO_LONG`)
 */
export async function createToken(
  ports: Stores,
  actor: Actor,
  { rules = DEFAULT_TOKEN_RULES, ...wish }: TokenWish & { rules?: TokenRules },
): Promise<{ row: TokenRow; token: string }> {
  requireOwnAccount(actor)
  const beyond = wish.scopes.find((scope) => !actor.scopes.includes(scope))
  if (beyond) {
    throw new AppError('forbidden', `This token has no "${beyond}" scope to pass on.`, {
      reason: 'SCOPE',
    })
  }
  const by = actBy(ports, actor)
  const expiresAt = await withinOwnLife(ports, actor, {
    wished: wish.expiresAt,
    usual: endOf(wish, rules, by.now),
  })
  const { bookIds } = wish
  if (bookIds) await assertVisible(ports, actor, bookIds)
  const token = newToken()
  const row: TokenRow = {
    id: newId(by.now),
    userId: actor.userId,
    name: wish.name,
    scopes: [...new Set(wish.scopes)],
    createdAt: by.now,
    ...(bookIds && { bookIds: [...bookIds] }),
    ...(expiresAt !== undefined && { expiresAt }),
  }
  await ports.catalog.people.createToken({ ...row, tokenHash: secretHash(token) }, by)
  return { row, token }
}

/** The end, or that of the token that asks where none was wished for and that one is earlier. */
async function withinOwnLife(
  { catalog }: Stores,
  actor: Actor,
  { wished, usual }: { wished: TokenWish['expiresAt']; usual: number | undefined },
): Promise<number | undefined> {
  const asking = await catalog.people.tokensOf(actor.userId)
  const ownEnd = asking.find(({ id }) => id === actor.credentialId)?.expiresAt
  if (ownEnd === undefined || (usual !== undefined && usual <= ownEnd)) return usual
  if (wished === undefined) return ownEnd
  const message = 'A token cannot outlive the one that asks for it. Give an earlier expires_at.'
  throw new AppError('bad_request', message, { reason: 'TOKEN_TOO_LONG' })
}

/** When a new token ends by the rules of the box; undefined for never. */
function endOf({ expiresAt }: TokenWish, rules: TokenRules, now: number): number | undefined {
  const { defaultDays, longestDays } = rules
  const longest = longestDays === 0 ? undefined : now + longestDays * DAY_MS
  if (expiresAt === undefined) {
    const usual = defaultDays === 0 ? undefined : now + defaultDays * DAY_MS
    return usual === undefined || longest === undefined
      ? (usual ?? longest)
      : Math.min(usual, longest)
  }
  if (expiresAt !== null && expiresAt <= now) {
    throw new AppError('bad_request', 'expires_at lies in the past.', { reason: 'EXPIRED' })
  }
  if (longest !== undefined && (expiresAt === null || expiresAt > longest)) {
    const message = `A token is good for ${longestDays} days at most. Give an earlier expires_at.`
    throw new AppError('bad_request', message, { reason: 'TOKEN_TOO_LONG' })
  }
  return expiresAt ?? undefined
}

/** Own tokens, newest first, without their secrets. @throws AppError `forbidden` (reason `SCOPE`) */
export async function listTokens(
  { catalog }: Pick<Ports, 'catalog'>,
  actor: Actor,
): Promise<TokenRow[]> {
  requireOwnAccount(actor)
  return catalog.people.tokensOf(actor.userId)
}

/**
 * Revokes one of the own tokens, at once. Every token may revoke itself.
 *
 * @throws AppError `not_found`, `forbidden` (reason `SCOPE`)
 */
export async function revokeToken(ports: Stores, actor: Actor, id: string): Promise<void> {
  if (id !== actor.credentialId) requireOwnAccount(actor)
  const by = actBy(ports, actor)
  if (!(await ports.catalog.people.revokeToken(actor.userId, id, by))) throw notFound()
}

async function assertVisible(
  ports: Stores,
  actor: Actor,
  bookIds: readonly string[],
): Promise<void> {
  const access = await resolveAccess(ports, actor)
  const seen = new Set(access.books.map((book) => book.id))
  if (!bookIds.every((id) => seen.has(id))) throw notFound()
}
