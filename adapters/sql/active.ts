import { type RawBuilder, sql } from 'kysely'

/**
 * Whether the account `u` may be used: no administrator has disabled it, its directory lets it in, and
 * what the directory said of it counts still.
 */
export const isActive = (now: number): RawBuilder<boolean> => sql<boolean>`(
  u.disabled_at is null and u.left_at is null and (u.good_until is null or u.good_until > ${now}))`
