import { OpenAPIHono } from '@hono/zod-openapi'
import { ROUTES } from './contract/all.ts'

const DESCRIPTION = `JSON in and out. Times are epoch milliseconds, ids are UUIDv7, lists are
\`{items, next_cursor}\`. Send a session cookie or \`Authorization: Bearer of_…\`. What is hidden
from a caller is answered like what does not exist: 404. Every response carries \`X-Trace-Id\`.`

/** The OpenAPI 3.1 document of all routes. */
export function openapiDocument(version: string) {
  const { openAPIRegistry, ...app } = new OpenAPIHono()
  openAPIRegistry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: 'onefold_session',
  })
  openAPIRegistry.registerComponent('securitySchemes', 'token', {
    type: 'http',
    scheme: 'bearer',
  })
  for (const route of ROUTES) openAPIRegistry.registerPath(route)
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'Onefold', version, description: DESCRIPTION.replaceAll('\n', ' ') },
    servers: [{ url: '/' }],
    security: [{ session: [] }, { token: [] }],
  })
}
