import { requireScope } from '../access/access.ts'
import { AppError } from '../errors.ts'
import type { Actor } from '../model/actor.ts'

/**
 * Where somebody is signed in, their tokens, their password and their second step belong to the account,
 * not to any book.
 *
 * @throws AppError `forbidden` (reason `SCOPE`) for a token that reaches certain books only, or only reads
 */
export function requireOwnAccount(actor: Actor): void {
  requireScope(actor, 'write')
  if (actor.bookIds) {
    const message = 'This token reaches certain books only, and nothing of the account itself.'
    throw new AppError('forbidden', message, { reason: 'SCOPE' })
  }
}
