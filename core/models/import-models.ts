import { AppError } from '../errors.ts'
import type { LongWork, ModelManifest, ModelShelf, Ports } from '../ports/index.ts'
import type { BundleHead } from './bundle.ts'
import { isOlder, sizeOf } from './manifest.ts'
import { fingerprintOf } from './signature.ts'
import { isTrusted } from './trust.ts'

/** What a person has said about a file with models. */
export interface ImportWish {
  file: string
  /** Fingerprint of the key that the person trusts, if it was compared. */
  trust?: string
  /** Whether a model may be replaced by an older state of it. */
  allowOlder?: boolean
}

/**
 * Puts the models of a signed file on the shelf, all of them or none: nobody sees one before every
 * byte of all was checked.
 *
 * @throws AppError `digest_mismatch` (reason `BUNDLE_CHANGED`), `forbidden` (reason `UNKNOWN_KEY`,
 * with what a person needs to decide), `conflict` (reason `OLDER_MODEL`), `storage_full`
 */
export async function importModels(
  ports: Pick<Ports, 'models' | 'keys'>,
  wish: ImportWish,
  work: LongWork,
): Promise<readonly ModelManifest[]> {
  const { models: shelf } = ports
  const head = await shelf.carrier.open(wish.file)
  if (!(await isTrusted(ports, head.publicKey)) && wish.trust !== fingerprintOf(head.publicKey)) {
    throw unknownKey(head)
  }
  if (!wish.allowOlder) await refuseOlder(shelf, head.models)
  await requireRoom(shelf, head.totalBytes - head.headBytes)
  await shelf.recover()
  const folder = await shelf.stage(`import-${Date.now()}-${process.pid}`)
  try {
    await shelf.carrier.unpack(wish.file, head, { ...work, folder })
    await shelf.shelve(folder, head.models)
  } catch (cause) {
    await shelf.recover()
    throw cause
  }
  return head.models
}

function unknownKey(head: BundleHead): AppError {
  const fingerprint = fingerprintOf(head.publicKey)
  return new AppError(
    'forbidden',
    `The file was signed by a key that is not known here, ${fingerprint}. Compare it with what the sender says, and confirm it.`,
    {
      reason: 'UNKNOWN_KEY',
      detail: {
        fingerprint,
        models: head.models.map((model) => ({
          name: model.name,
          kind: model.kind,
          licence: model.licence,
          size_bytes: sizeOf(model),
        })),
      },
    },
  )
}

async function refuseOlder(shelf: ModelShelf, next: readonly ModelManifest[]): Promise<void> {
  const there = await shelf.list()
  for (const each of next) {
    const known = there.find(({ name }) => name === each.name)?.manifest
    if (!isOlder(each, known)) continue
    throw new AppError(
      'conflict',
      `The file has an older state of ${each.name} than this box. Confirm that the older one is wanted.`,
      { reason: 'OLDER_MODEL' },
    )
  }
}

/** @throws AppError `storage_full` (reason `NO_ROOM_FOR_MODELS`) */
export async function requireRoom(shelf: ModelShelf, neededBytes: number): Promise<void> {
  const room = await shelf.room()
  if (room >= neededBytes) return
  throw new AppError(
    'storage_full',
    `The models need ${neededBytes} bytes, and the disk of ${shelf.dir} has room for ${room}.`,
    { reason: 'NO_ROOM_FOR_MODELS' },
  )
}
