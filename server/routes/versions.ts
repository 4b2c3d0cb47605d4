import { actBy } from '../../core/account/act.ts'
import { getVersion, listVersions } from '../../core/library/list-versions.ts'
import { openMended, type Wanted } from '../../core/library/open-mended.ts'
import type { OpenVersion } from '../../core/library/open-version.ts'
import { openPreview } from '../../core/library/preview.ts'
import { restoreVersion } from '../../core/library/restore-version.ts'
import { accessOf, actorOf, type Ctx, router } from '../context.ts'
import { previewRoute } from '../contract/documents.ts'
import * as contract from '../contract/versions.ts'
import { dispositionOf, mayShow, tellType } from '../disposition.ts'
import type { Door } from '../door.ts'
import { etagOf, sendBytes } from '../send-bytes.ts'
import { historyEntryOut } from '../wire/comparison.ts'
import { versionOut } from '../wire/document.ts'
import { pageOf } from '../wire/page.ts'

/** Versions, and reading bytes. A route names a pointer, never a digest. */
export const versions = (door: Door) =>
  router()
    .openapi(contract.listVersionsRoute, async (c) => {
      const { limit, cursor } = c.req.valid('query')
      const page = await listVersions(door.ports, await accessOf(c), {
        documentId: c.req.valid('param').id,
        limit,
        ...(cursor !== undefined && { cursor }),
      })
      return c.json(pageOf(page, historyEntryOut), 200)
    })
    .openapi(contract.getVersionRoute, async (c) => {
      const { id } = c.req.valid('param')
      return c.json(historyEntryOut(await getVersion(door.ports, await accessOf(c), id)), 200)
    })
    .openapi(contract.restoreVersionRoute, async (c) => {
      const version = await restoreVersion(door.ports, await accessOf(c), c.req.valid('param').id)
      return c.json(versionOut(version), 200)
    })
    .openapi(contract.documentContentRoute, async (c) =>
      sendVersion(c, door, await opened(c, door, { documentId: c.req.valid('param').id })),
    )
    .openapi(contract.versionContentRoute, async (c) =>
      sendVersion(c, door, await opened(c, door, { versionId: c.req.valid('param').id })),
    )
    .openapi(previewRoute, async (c) => {
      const { id } = c.req.valid('param')
      const { versionId, sizeBytes, read } = await openPreview(door.ports, await accessOf(c), id)
      const etag = etagOf(await door.validatorKey(), `preview ${versionId}`)
      return sendBytes(c, { sizeBytes, read, etag, headers: { 'Content-Type': 'image/webp' } })
    })

const opened = async (c: Ctx, { ports, turns }: Door, wanted: Wanted): Promise<OpenVersion> =>
  openMended(ports, await accessOf(c), { wanted, turns })

async function sendVersion(c: Ctx, door: Door, found: OpenVersion): Promise<Response> {
  const { version, name, read } = found
  const isShown = c.req.query('disposition') === 'inline' && mayShow(version.mediaType)
  await auditReading(c, door, found)
  return sendBytes(c, {
    sizeBytes: version.sizeBytes,
    etag: etagOf(await door.validatorKey(), version.id),
    headers: {
      'Content-Type': tellType(version.mediaType),
      'Content-Disposition': dispositionOf(isShown ? 'inline' : 'attachment', name),
    },
    read,
  })
}

/** Written down once a reading, at its first byte: viewers fetch one file in many ranges. */
async function auditReading(c: Ctx, { ports }: Door, { version }: OpenVersion): Promise<void> {
  const isFirst = /^(bytes=0-|$)/.test(c.req.header('range') ?? '')
  if (c.req.method !== 'GET' || !isFirst) return
  const { now, ...by } = actBy(ports, actorOf(c))
  await ports.catalog.journal.audit({
    ...by,
    at: now,
    action: 'document.read',
    subject: `document:${version.documentId}`,
    detail: { version_id: version.id },
  })
}
