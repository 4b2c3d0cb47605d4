import { requireOrgAdmin } from '../../core/access/access.ts'
import { type ScrubState, scrubState } from '../../core/upkeep/scrub.ts'
import { usage } from '../../core/upkeep/usage.ts'
import { abilitiesOf } from '../abilities.ts'
import { actorOf, router } from '../context.ts'
import * as contract from '../contract/box.ts'
import type { Door } from '../door.ts'
import { isBuiltin } from '../embedder.ts'
import { checks } from '../readiness.ts'
import { diskOf } from '../room.ts'

/** How the box is, for its administrators. */
export const status = ({ ports, options }: Door) =>
  router()
    .openapi(contract.usageRoute, async (c) => {
      requireOrgAdmin(actorOf(c))
      const [totals, disk, scrub] = await Promise.all([
        usage(ports),
        diskOf(options.dataDir),
        scrubState(ports),
      ])
      return c.json(
        {
          logical_bytes: totals.logicalBytes,
          unique_bytes: totals.uniqueBytes,
          physical_bytes: totals.physicalBytes,
          derived_bytes: totals.derivedBytes,
          reclaimable_bytes: totals.reclaimableBytes,
          swept_bytes: totals.sweptBytes,
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
          scrub: scrub ? scrubView(scrub) : null,
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
          checks: await checks(ports, options),
        },
        200,
      )
    })

const scrubView = ({ startedAt, checked, bytesRead, bytesTotal, damaged, last }: ScrubState) => ({
  started_at: startedAt,
  checked,
  bytes_read: bytesRead,
  bytes_total: bytesTotal,
  damaged,
  last: last
    ? {
        ended_at: last.endedAt,
        checked: last.checked,
        bytes_read: last.bytesRead,
        damaged: last.damaged,
      }
    : null,
})
