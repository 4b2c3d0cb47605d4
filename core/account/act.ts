import { type Actor, askerOf } from '../model/actor.ts'
import type { Act, Ports } from '../ports/index.ts'

/** What the audit keeps of the actor's deed, now. */
export const actBy = ({ clock }: Pick<Ports, 'clock'>, actor: Actor): Act & { userId: string } => ({
  userId: askerOf(actor),
  traceId: actor.traceId,
  now: clock.now(),
  ...(actor.address !== undefined && { address: actor.address }),
  ...(actor.door !== undefined && { door: actor.door }),
})
