import type { User } from '../../core/model/actor.ts'
import type { TokenRow } from '../../core/ports/index.ts'

export const userOut = (user: User) => ({
  id: user.id,
  username: user.username,
  display_name: user.displayName,
  org_role: user.orgRole,
})

export const accountOut = (user: User) => ({
  ...userOut(user),
  disabled_at: user.disabledAt ?? null,
  quota_bytes: user.quotaBytes ?? null,
  created_at: user.createdAt,
  second_step_at: user.secondStepAt ?? null,
  directory: user.directory ? { id: user.directory.id, left: user.directory.left ?? null } : null,
})

export const tokenOut = (token: TokenRow) => ({
  id: token.id,
  name: token.name,
  scopes: token.scopes,
  book_ids: token.bookIds ?? null,
  created_at: token.createdAt,
  expires_at: token.expiresAt ?? null,
  last_used_at: token.lastUsedAt ?? null,
})
