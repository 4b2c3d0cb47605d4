import { copyFigures, retryCopies } from '../../core/replica/figures.ts'
import { actorOf, router } from '../context.ts'
import * as contract from '../contract/providers.ts'
import type { Door } from '../door.ts'

/** Further stores, for administrators. */
export const providers = ({ ports }: Door) =>
  router()
    .openapi(contract.listProvidersRoute, async (c) => {
      const figures = await copyFigures(ports, actorOf(c))
      const items = figures.map(({ provider, kind, ...all }) => ({
        name: provider,
        kind,
        waiting: all.waiting,
        waiting_bytes: all.waitingBytes,
        stored: all.stored,
        stored_bytes: all.storedBytes,
        failed: all.failed,
        last_verified_at: all.lastVerifiedAt ?? null,
        oldest_verified_at: all.oldestVerifiedAt ?? null,
        last_error: all.lastError ?? null,
      }))
      return c.json({ items }, 200)
    })
    .openapi(contract.retryProvidersRoute, async (c) => {
      const { name } = c.req.valid('json')
      return c.json({ retried: await retryCopies(ports, actorOf(c), name ?? undefined) }, 200)
    })
