import { addShare } from '../../core/share/add-share.ts'
import { changeShare } from '../../core/share/change-share.ts'
import { type ListedEntry, listShareEntries } from '../../core/share/list-entries.ts'
import { getShare, listShares } from '../../core/share/list-shares.ts'
import { removeShare } from '../../core/share/remove-share.ts'
import { accessOf, router } from '../context.ts'
import * as contract from '../contract/shares.ts'
import type { Door } from '../door.ts'
import { pageOf, wholeList } from '../wire/page.ts'
import { rulesIn, shareOut } from '../wire/share.ts'

/** Watched folders of this machine. */
export const shares = ({ ports, options }: Door) =>
  router()
    .openapi(contract.listSharesRoute, async (c) =>
      c.json(wholeList(await listShares(ports, await accessOf(c)), shareOut), 200),
    )
    .openapi(contract.createShareRoute, async (c) => {
      const { name, path, chapter_id, settle_ms, ...rules } = c.req.valid('json')
      const wanted = {
        path,
        chapterId: chapter_id,
        ...rulesIn(rules),
        ...(name !== undefined && { name }),
        ...(settle_ms !== undefined && { settleMs: settle_ms }),
      }
      const share = await addShare(ports, await accessOf(c), wanted, options)
      return c.json(shareOut(share), 201)
    })
    .openapi(contract.getShareRoute, async (c) =>
      c.json(shareOut(await getShare(ports, await accessOf(c), c.req.valid('param').id)), 200),
    )
    .openapi(contract.updateShareRoute, async (c) => {
      const { name, chapter_id, enabled, settle_ms, ...rules } = c.req.valid('json')
      const share = await changeShare(ports, await accessOf(c), {
        id: c.req.valid('param').id,
        ...rulesIn(rules),
        ...(name !== undefined && { name }),
        ...(chapter_id !== undefined && { chapterId: chapter_id }),
        ...(enabled !== undefined && { enabled }),
        ...(settle_ms !== undefined && { settleMs: settle_ms }),
      })
      return c.json(shareOut(share), 200)
    })
    .openapi(contract.removeShareRoute, async (c) => {
      await removeShare(ports, await accessOf(c), c.req.valid('param').id)
      return c.body(null, 204)
    })
    .openapi(contract.listShareEntriesRoute, async (c) => {
      const { state, limit, cursor } = c.req.valid('query')
      const page = await listShareEntries(ports, await accessOf(c), {
        shareId: c.req.valid('param').id,
        limit,
        ...(state && { state }),
        ...(cursor !== undefined && { cursor }),
      })
      return c.json(pageOf(page, entryOut), 200)
    })

const entryOut = (entry: ListedEntry) => ({
  path: entry.shown,
  state: entry.state,
  size_bytes: entry.sizeBytes,
  document_id: entry.documentId ?? null,
  reason: entry.reason ?? null,
  message: entry.message ?? null,
  attempts: entry.attempts,
  updated_at: entry.updatedAt,
})
