import { startSeeing, stopSeeing } from '../../core/account/see-as.ts'
import { router, whoOf } from '../context.ts'
import { startSeeingRoute, stopSeeingRoute } from '../contract/see-as.ts'
import type { Door } from '../door.ts'
import { userOut } from '../wire/account.ts'

/** Looking as somebody else, and back. */
export const seeAs = ({ ports }: Door) =>
  router()
    .openapi(startSeeingRoute, async (c) => {
      const { user, endsAt } = await startSeeing(ports, whoOf(c), c.req.valid('json').user_id)
      return c.json({ user: userOut(user), ends_at: endsAt }, 201)
    })
    .openapi(stopSeeingRoute, async (c) => {
      await stopSeeing(ports, whoOf(c))
      return c.body(null, 204)
    })
