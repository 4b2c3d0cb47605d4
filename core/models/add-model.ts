import { createHash } from 'node:crypto'
import type { LongWork, Ports } from '../ports/index.ts'
import type { HubOffer, ModelHub } from '../ports/model-hub.ts'
import { requireRoom } from './import-models.ts'
import { readManifest, sizeOf } from './manifest.ts'
import type { WorkOutcome } from './work.ts'

/**
 * Fetches what a hub offers and puts it on the shelf, whole and checked. What was fetched of it before
 * is not fetched again.
 *
 * @throws AppError as `ModelHub` says; `storage_full`
 */
export async function addTask(
  { models: shelf, hub }: Pick<Ports, 'models'> & { hub: ModelHub },
  offer: HubOffer,
  work: LongWork,
): Promise<WorkOutcome> {
  await requireRoom(shelf, sizeOf(offer))
  await shelf.recover()
  const { name, kind, licence, revision = 'newest' } = offer
  const folder = await shelf.stage(`fetch-${name.replace('/', '@')}-${tagOf(revision)}`)
  // Through the reader of manifests: a hub is a stranger, too.
  const manifest = readManifest(await hub.fetch(offer, `${folder}/${name}`, work))
  await shelf.shelve(folder, [manifest])
  return {
    result: { models: [name] },
    changed: [name],
    audit: [
      {
        action: 'model.add',
        name,
        detail: { kind, licence, revision, source: offer.source, sizeBytes: sizeOf(manifest) },
      },
    ],
  }
}

/** A revision may be any text, and of a folder's name only a part: its hash is neither. */
const tagOf = (revision: string): string =>
  createHash('sha256').update(revision).digest('hex').slice(0, 16)
