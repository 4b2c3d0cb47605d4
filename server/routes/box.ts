import type { JSONValue } from 'hono/utils/types'
import { requireOrgAdmin } from '../../core/access/access.ts'
import { usage } from '../../core/upkeep/usage.ts'
import { abilitiesOf } from '../abilities.ts'
import { actorOf, router } from '../context.ts'
import * as contract from '../contract/box.ts'
import { docsPage } from '../docs-page.ts'
import type { Door } from '../door.ts'
import { isBuiltin } from '../embedder.ts'
import { isLocal } from '../local.ts'
import { openapiDocument } from '../openapi.ts'
import { checks, readiness } from '../readiness.ts'
import { diskOf } from '../room.ts'

/** How the box is: for monitors, for administrators, and for readers of the API. */
export const box = ({ ports, options, meters }: Door) => {
  const document = openapiDocument(options.version)
  return router()
    .openapi(contract.healthRoute, (c) => c.json({ status: 'ok' as const }, 200))
    .openapi(contract.readyRoute, async (c) => {
      const ready = await readiness(ports)
      return ready.status === 'ok' ? c.json(ready, 200) : c.json(ready, 503)
    })
    .openapi(contract.metricsRoute, async (c) => {
      if (!isLocal(c)) requireOrgAdmin(actorOf(c))
      return c.text(await meters.text(), 200, { 'Content-Type': meters.contentType })
    })
    .openapi(contract.openapiRoute, (c) =>
      c.json(document as object as Record<string, JSONValue>, 200),
    )
    .openapi(contract.docsRoute, async (c) => {
      c.header('Content-Security-Policy', DOCS_POLICY)
      return c.html(await docsPage(document, c.req.query('q') ?? ''), 200)
    })
    .openapi(contract.usageRoute, async (c) => {
      requireOrgAdmin(actorOf(c))
      const [totals, disk] = await Promise.all([usage(ports), diskOf(options.dataDir)])
      return c.json(
        {
          logical_bytes: totals.logicalBytes,
          unique_bytes: totals.uniqueBytes,
          physical_bytes: totals.physicalBytes,
          derived_bytes: totals.derivedBytes,
          reclaimable_bytes: totals.reclaimableBytes,
          saved_bytes: totals.savedBytes,
          saved_share: totals.logicalBytes > 0 ? totals.savedBytes / totals.logicalBytes : 0,
          documents: totals.documents,
          versions: totals.versions,
          blobs: totals.blobs,
          by_book: totals.byBook.map((book) => ({
            id: book.bookId,
            name: book.name,
            logical_bytes: book.logicalBytes,
            documents: book.documents,
          })),
          disk: { total_bytes: disk.totalBytes, free_bytes: disk.freeBytes },
        },
        200,
      )
    })
    .openapi(contract.statusRoute, async (c) => {
      requireOrgAdmin(actorOf(c))
      const { space } = ports.embedder
      return c.json(
        {
          version: options.version,
          embedder: { model: space.model, builtin: isBuiltin(ports) },
          abilities: abilitiesOf(ports).map(({ name, available, howToEnable }) => ({
            name,
            available,
            how_to_enable: available ? null : howToEnable,
          })),
          checks: await checks(ports),
        },
        200,
      )
    })
}

/** One page of text and its style; the form asks this server. */
const DOCS_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
