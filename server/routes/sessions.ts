import {
  changePassword,
  endOtherSessions,
  endSession,
  endSessionsOf,
  listSessions,
  listSessionsOf,
} from '../../core/account/sessions.ts'
import type { SessionRow } from '../../core/ports/index.ts'
import { actorOf, router, whoOf } from '../context.ts'
import * as contract from '../contract/session.ts'
import { keepSession } from '../credential.ts'
import type { Door } from '../door.ts'
import { wholeList } from '../wire/page.ts'

/** Where one is signed in, and the password that one signs in with. */
export const sessions = ({ ports, options, throttle }: Door) =>
  router()
    .openapi(contract.listSessionsRoute, async (c) => {
      const who = whoOf(c)
      const own = await listSessions(ports, who.actor)
      return c.json(
        wholeList(own, (row) => sessionOut(row, who.id)),
        200,
      )
    })
    .openapi(contract.endSessionRoute, async (c) => {
      await endSession(ports, actorOf(c), c.req.valid('param').id)
      return c.body(null, 204)
    })
    .openapi(contract.changePasswordRoute, async (c) => {
      const secret = await changePassword(ports, whoOf(c), { ...c.req.valid('json'), throttle })
      if (secret !== undefined) keepSession(c, options, secret)
      return c.body(null, 204)
    })
    .openapi(contract.endOtherSessionsRoute, async (c) => {
      await endOtherSessions(ports, whoOf(c))
      return c.body(null, 204)
    })
    .openapi(contract.listSessionsOfRoute, async (c) => {
      const who = whoOf(c)
      const rows = await listSessionsOf(ports, who.actor, c.req.valid('param').id)
      return c.json(
        wholeList(rows, (row) => sessionOut(row, who.id)),
        200,
      )
    })
    .openapi(contract.endSessionsOfRoute, async (c) => {
      await endSessionsOf(ports, actorOf(c), c.req.valid('param').id)
      return c.body(null, 204)
    })

const sessionOut = (row: SessionRow, ownId: string) => ({
  id: row.id,
  created_at: row.createdAt,
  last_used_at: row.lastUsedAt,
  expires_at: row.expiresAt,
  user_agent: row.userAgent,
  address: row.address,
  current: row.id === ownId,
})
