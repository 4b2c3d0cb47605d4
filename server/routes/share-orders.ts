import type { DryRun } from '../../core/ports/index.ts'
import { lastDryRun, orderShare } from '../../core/share/order-share.ts'
import { previewMapping } from '../../core/share/preview-mapping.ts'
import { probeShare } from '../../core/share/probe-share.ts'
import { accessOf, router } from '../context.ts'
import * as contract from '../contract/share-orders.ts'
import type { Door } from '../door.ts'

/** What is asked of watched folders, and of folders that may become some. */
export const shareOrders = ({ ports }: Door) =>
  router()
    .openapi(contract.probeShareRoute, async (c) => {
      const { path } = c.req.valid('json')
      const { measures: _, ...probe } = await probeShare(ports, await accessOf(c), path)
      return c.json(probe, 200)
    })
    .openapi(contract.previewMappingRoute, async (c) => {
      const { chapter_id, owner_id, ...wish } = c.req.valid('json')
      const { folders, looseFiles, isWhole } = await previewMapping(ports, await accessOf(c), {
        ...wish,
        chapterId: chapter_id,
        ...(owner_id !== undefined && { ownerId: owner_id }),
      })
      return c.json(
        {
          folders: folders.map((each) => ({
            folder: each.folder,
            chapter_name: each.chapterName,
            is_new: each.isNew,
            is_allowed: each.isAllowed,
          })),
          loose_files: looseFiles,
          is_whole: isWhole,
        },
        200,
      )
    })
    .openapi(contract.scanShareRoute, async (c) => {
      await orderShare(ports, await accessOf(c), { id: c.req.valid('param').id, what: 'scan' })
      return c.body(null, 202)
    })
    .openapi(contract.releaseShareRoute, async (c) => {
      await orderShare(ports, await accessOf(c), { id: c.req.valid('param').id, what: 'release' })
      return c.body(null, 202)
    })
    .openapi(contract.askDryRunRoute, async (c) => {
      await orderShare(ports, await accessOf(c), { id: c.req.valid('param').id, what: 'dry_run' })
      return c.body(null, 202)
    })
    .openapi(contract.getDryRunRoute, async (c) => {
      const view = await lastDryRun(ports, await accessOf(c), c.req.valid('param').id)
      const report = view.report ? dryRunOut(view.report) : null
      return c.json({ asked: view.isAsked, report }, 200)
    })

const dryRunOut = (report: DryRun) => ({
  finished_at: report.finishedAt,
  took_ms: report.tookMs,
  counts: report.counts,
  bytes: report.bytes,
  items: report.items.map(({ path, kind, sizeBytes, message }) => ({
    path,
    kind,
    size_bytes: sizeBytes,
    message: message ?? null,
  })),
  problem: report.problem ?? null,
})
