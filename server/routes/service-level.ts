import { getServiceLevel, type WindowLevel } from '../../core/upkeep/service-level.ts'
import { actorOf, router } from '../context.ts'
import { getServiceLevelRoute } from '../contract/service-level.ts'
import type { Door } from '../door.ts'

/** How uploads went. */
export const serviceLevels = ({ ports, options }: Door) =>
  router().openapi(getServiceLevelRoute, async (c) => {
    const { sloPerThousand } = options
    const windows = await getServiceLevel(ports, actorOf(c), sloPerThousand)
    return c.json({ objective: sloPerThousand / 1000, windows: windows.map(windowOut) }, 200)
  })

const windowOut = (level: WindowLevel) => ({
  window: level.window,
  ended: level.ended,
  complete: level.complete,
  failed: level.failed,
  rate: level.rate ?? null,
  budget_left: level.budgetLeft ?? null,
  searchable: {
    files: level.findable.files,
    p50_ms: level.findable.p50Ms ?? null,
    p95_ms: level.findable.p95Ms ?? null,
  },
  renewed_uploads: level.renewed.uploads,
  renewed_often: level.isRenewedOften,
})
