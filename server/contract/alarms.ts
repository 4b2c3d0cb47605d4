import { createRoute, z } from '@hono/zod-openapi'
import { done, failures, Id, json, listOf, Time } from './shared.ts'

const tags = ['Box']

export const listAlarmsRoute = createRoute({
  method: 'get',
  path: '/api/v1/alarms',
  operationId: 'listAlarms',
  tags,
  summary: 'Accounts that ask for uploads again and again and never send them',
  responses: {
    200: json(
      listOf(
        z
          .object({
            user_id: Id,
            user_name: z.string(),
            raised_at: Time,
            requests: z.int().openapi({ description: 'Never completed, when it was raised' }),
            in_force: z.boolean().openapi({
              description: 'Whether nothing is instant for the account because of it',
            }),
          })
          .openapi('Alarm'),
      ),
      'Those that nobody has cleared, newest first',
    ),
    ...failures,
  },
})

export const clearAlarmRoute = createRoute({
  method: 'delete',
  path: '/api/v1/alarms/{userId}',
  operationId: 'clearAlarm',
  tags,
  summary: 'Clear an alarm: what the account requested until now does not count any more',
  request: { params: z.object({ userId: Id }) },
  responses: { 204: done, ...failures },
})
