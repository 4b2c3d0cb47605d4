import { createRoute, z } from '@hono/zod-openapi'
import { UserOut } from './session.ts'
import { body, done, failures, Id, json, Time } from './shared.ts'

const tags = ['People']

export const startSeeingRoute = createRoute({
  method: 'post',
  path: '/api/v1/see-as',
  operationId: 'seeAs',
  tags,
  summary: 'Look at the library as somebody else',
  description:
    'For administrators of the organization, in the session of a browser, to read only, for half an hour. Library, search and files are answered as to that person, without downloads; everything else, and every change, is refused. Each start, end and reading is in the audit with both names. Not as another administrator.',
  request: { body: body(z.object({ user_id: Id })) },
  responses: {
    201: json(z.object({ user: UserOut, ends_at: Time }).openapi('SeeingAs'), 'Whom one looks as'),
    ...failures,
  },
})

export const stopSeeingRoute = createRoute({
  method: 'delete',
  path: '/api/v1/see-as',
  operationId: 'stopSeeingAs',
  tags,
  summary: 'Go back to the own view',
  responses: { 204: done, ...failures },
})
