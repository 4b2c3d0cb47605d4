import { documentsByDigest } from '../../core/ingest/check.ts'
import type { Readable, ShownCopy } from '../../core/ports/index.ts'
import { accessOf, router } from '../context.ts'
import { checkByHashRoute } from '../contract/assets.ts'
import type { Door } from '../door.ts'
import { digestOf } from '../wire/digest.ts'

/** Whether transfers can be spared. Looks at nothing but what the caller may read now. */
export const assets = ({ ports }: Pick<Door, 'ports'>) =>
  router().openapi(checkByHashRoute, async (c) => {
    const { sha256, sha256s, provider_id = null } = c.req.valid('json')
    const field = sha256s ? 'sha256s' : 'sha256'
    const digests = (sha256s ?? [sha256 ?? '']).map((text) => digestOf(field, text))
    const found = await documentsByDigest(ports, await accessOf(c), digests)
    const versions = [...found.values()].map(([{ versionId }]) => versionId)
    const copies = await ports.catalog.copies.shown(versions)
    const items = digests.map((digest) => checkOut(found.get(digest), copies, provider_id))
    const [only] = items
    return sha256s || !only ? c.json({ items }, 200) : c.json(only, 200)
  })

const checkOut = (
  [readable, ...older]: readonly Readable[] = [],
  copies: ReadonlyMap<string, readonly ShownCopy[]>,
  providerId: string | null,
) => ({
  exists: readable !== undefined,
  document_id: readable?.documentId ?? null,
  asset_id: readable?.documentId ?? null,
  document_ids: readable ? [readable, ...older].map(({ documentId }) => documentId) : [],
  provider_id: providerId,
  uploaded_to_providers: (copies.get(readable?.versionId ?? '') ?? [])
    .filter(({ state }) => state === 'stored')
    .map(({ provider }) => provider),
  note: readable ? 'You can already read this file here.' : 'Please upload the file.',
})
