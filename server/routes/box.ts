import type { JSONValue } from 'hono/utils/types'
import { requireOrgAdmin } from '../../core/access/access.ts'
import { actorOf, router } from '../context.ts'
import * as contract from '../contract/box.ts'
import { docsPage } from '../docs-page.ts'
import type { Door } from '../door.ts'
import { isLocal } from '../local.ts'
import { openapiDocument } from '../openapi.ts'
import { readiness } from '../readiness.ts'

/** How the box is, for monitors, and how it is spoken to. */
export const box = ({ ports, options, meters }: Door) => {
  const document = openapiDocument(options.version)
  const ready = readiness(ports, options)
  return router()
    .openapi(contract.healthRoute, (c) => c.json({ status: 'ok' as const }, 200))
    .openapi(contract.readyRoute, async (c) => {
      const now = await ready()
      return now.status === 'failing' ? c.json(now, 503) : c.json(now, 200)
    })
    .openapi(contract.metricsRoute, async (c) => {
      if (!isLocal(c, options)) requireOrgAdmin(actorOf(c))
      return c.text(await meters.text(), 200, { 'Content-Type': meters.contentType })
    })
    .openapi(contract.openapiRoute, (c) =>
      c.json(document as object as Record<string, JSONValue>, 200),
    )
    .openapi(contract.docsRoute, async (c) => {
      c.header('Content-Security-Policy', DOCS_POLICY)
      return c.html(await docsPage(document, c.req.query('q') ?? ''), 200)
    })
}

/** One page of text and its style; the form asks this server. */
const DOCS_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
