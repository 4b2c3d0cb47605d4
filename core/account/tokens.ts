import { resolveAccess } from '../access/access.ts'
import { AppError, notFound } from '../errors.ts'
import { newId } from '../ids.ts'
import type { Actor, Scope } from '../model/actor.ts'
import type { Ports, TokenRow } from '../ports/index.ts'
import { actBy } from './act.ts'
import { newToken, secretHash } from './secret.ts'

type Stores = Pick<Ports, 'catalog' | 'clock'>

export interface TokenWish {
  name: string
  scopes: readonly Scope[]
  bookIds?: readonly string[]
  /** Epoch ms; absent for a token without end. */
  expiresAt?: number
}

/**
 * Makes a token that can do at most what the credential that asks for it can.
 *
 * @returns the row, and the token itself, shown this once
 * @throws AppError `forbidden` for scopes beyond the own, `not_found` for hidden books,
 * `bad_request` for an end that has passed
 */
export async function createToken(
  ports: Stores,
  actor: Actor,
  wish: TokenWish,
): Promise<{ row: TokenRow; token: string }> {
  const beyond = wish.scopes.find((scope) => !actor.scopes.includes(scope))
  if (beyond) {
    throw new AppError('forbidden', `This token has no "${beyond}" scope to pass on.`, {
      reason: 'SCOPE',
    })
  }
  const by = actBy(ports, actor)
  if (wish.expiresAt !== undefined && wish.expiresAt <= by.now) {
    throw new AppError('bad_request', 'expires_at lies in the past.', { reason: 'EXPIRED' })
  }
  const bookIds = wish.bookIds ?? actor.bookIds
  if (bookIds) await assertVisible(ports, actor, bookIds)
  const token = newToken()
  const row: TokenRow = {
    id: newId(by.now),
    userId: actor.userId,
    name: wish.name,
    scopes: [...new Set(wish.scopes)],
    createdAt: by.now,
    ...(bookIds && { bookIds: [...bookIds] }),
    ...(wish.expiresAt !== undefined && { expiresAt: wish.expiresAt }),
  }
  await ports.catalog.people.createToken({ ...row, tokenHash: secretHash(token) }, by)
  return { row, token }
}

/** Own tokens, newest first, without their secrets. */
export const listTokens = (
  { catalog }: Pick<Ports, 'catalog'>,
  actor: Actor,
): Promise<TokenRow[]> => catalog.people.tokensOf(actor.userId)

/** Revokes one of the own tokens, at once. @throws AppError `not_found` */
export async function revokeToken(ports: Stores, actor: Actor, id: string): Promise<void> {
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
