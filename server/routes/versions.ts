import { getVersion, listVersions } from '../../core/library/list-versions.ts'
import { openMended, type Wanted } from '../../core/library/open-mended.ts'
import type { OpenVersion } from '../../core/library/open-version.ts'
import { openPreview } from '../../core/library/preview.ts'
import { restoreVersion } from '../../core/library/restore-version.ts'
import type { Version } from '../../core/model/library.ts'
import { accessOf, actorOf, type Ctx, router } from '../context.ts'
import { previewRoute } from '../contract/documents.ts'
import * as contract from '../contract/versions.ts'
import { dispositionOf, mayShow, tellType } from '../disposition.ts'
import type { Door } from '../door.ts'
import { doneBy, sameOf } from '../middleware/reading.ts'
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
      const { page } = c.req.valid('query')
      const { versionId, sizeBytes, read } = await openPreview(door.ports, await accessOf(c), {
        documentId: c.req.valid('param').id,
        ...(page !== undefined && { page }),
      })
      const etag = etagOf(await door.validatorKey(), `preview ${versionId} ${page ?? ''}`)
      return sendBytes(c, { sizeBytes, read, etag, headers: { 'Content-Type': 'image/webp' } })
    })

const opened = async (c: Ctx, { ports, turns }: Door, wanted: Wanted): Promise<OpenVersion> =>
  openMended(ports, await accessOf(c), { wanted, turns })

async function sendVersion(c: Ctx, door: Door, found: OpenVersion): Promise<Response> {
  const { version, name, read } = found
  const isShown = c.req.query('disposition') === 'inline' && mayShow(version.mediaType)
  const shown = isShown ? 'inline' : 'attachment'
  await auditReading(c, door, { version, shown })
  return sendBytes(c, {
    sizeBytes: version.sizeBytes,
    etag: etagOf(await door.validatorKey(), version.id),
    headers: {
      'Content-Type': tellType(version.mediaType),
      'Content-Disposition': dispositionOf(shown, name),
    },
    read,
  })
}

/**
 * Written down before the first byte goes. Viewers fetch one file in many ranges, which are one reading;
 * each download is an entry of its own, but for the further ranges of one.
 */
async function auditReading(
  c: Ctx,
  { ports, readings }: Door,
  { version, shown }: { version: Version; shown: 'inline' | 'attachment' },
): Promise<void> {
  if (c.req.method !== 'GET') return
  const subject = `document:${version.documentId}`
  const detail = { version_id: version.id, shown }
  const isDownload = shown === 'attachment' && !/^bytes=(?!0-)/.test(c.req.header('Range') ?? '')
  await readings.add(
    { ...doneBy(ports, actorOf(c)), action: 'document.read', subject, detail },
    sameOf(c, `${version.id} ${shown}`),
    isDownload,
  )
}
