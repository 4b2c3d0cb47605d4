import { clearAlarm, listAlarms } from '../../core/limit/prober.ts'
import { actorOf, router } from '../context.ts'
import * as contract from '../contract/alarms.ts'
import type { Door } from '../door.ts'

/** What administrators should look at. */
export const alarms = ({ ports }: Door) =>
  router()
    .openapi(contract.listAlarmsRoute, async (c) => {
      const items = (await listAlarms(ports, actorOf(c))).map((alarm) => ({
        user_id: alarm.userId,
        user_name: alarm.userName,
        raised_at: alarm.raisedAt,
        requests: alarm.requests,
        in_force: alarm.isInForce,
      }))
      return c.json({ items, next_cursor: null }, 200)
    })
    .openapi(contract.clearAlarmRoute, async (c) => {
      await clearAlarm(ports, actorOf(c), c.req.valid('param').userId)
      return c.body(null, 204)
    })
