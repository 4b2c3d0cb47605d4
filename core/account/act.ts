import type { Actor } from '../model/actor.ts'
import type { Act, Ports } from '../ports/index.ts'

/** What the audit keeps of the actor's deed, now. */
export const actBy = (
  { clock }: Pick<Ports, 'clock'>,
  { userId, traceId, address, door }: Actor,
): Act & { userId: string } => ({
  userId,
  traceId,
  now: clock.now(),
  ...(address !== undefined && { address }),
  ...(door !== undefined && { door }),
})
