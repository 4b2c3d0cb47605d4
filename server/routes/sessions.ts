import { changePassword, endSession, listSessions } from '../../core/account/sessions.ts'
import { actorOf, router, whoOf } from '../context.ts'
import { changePasswordRoute, endSessionRoute, listSessionsRoute } from '../contract/session.ts'
import type { Door } from '../door.ts'
import { wholeList } from '../wire/page.ts'

/** Where one is signed in, and the password that one signs in with. */
export const sessions = ({ ports, throttle }: Door) =>
  router()
    .openapi(listSessionsRoute, async (c) => {
      const who = whoOf(c)
      const own = await listSessions(ports, who.actor)
      return c.json(
        wholeList(own, (row) => ({
          id: row.id,
          created_at: row.createdAt,
          last_used_at: row.lastUsedAt,
          expires_at: row.expiresAt,
          user_agent: row.userAgent,
          address: row.address,
          current: row.id === who.id,
        })),
        200,
      )
    })
    .openapi(endSessionRoute, async (c) => {
      await endSession(ports, actorOf(c), c.req.valid('param').id)
      return c.body(null, 204)
    })
    .openapi(changePasswordRoute, async (c) => {
      await changePassword(ports, whoOf(c), { ...c.req.valid('json'), throttle })
      return c.body(null, 204)
    })
