import type { Access } from '../access/access.ts'
import type { Act, Ports } from '../ports/index.ts'

/** What the audit keeps of the caller's deed, now. */
export const actOf = (
  { clock }: Pick<Ports, 'clock'>,
  { actor }: Access,
): Act & { userId: string } => ({
  userId: actor.userId,
  traceId: actor.traceId,
  now: clock.now(),
})
