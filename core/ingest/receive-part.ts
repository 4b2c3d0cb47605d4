import { AppError } from '../errors.ts'
import { partPlace } from '../model/upload.ts'
import type { Ports, UploadRow } from '../ports/index.ts'
import { checkedPart, type PartChecksum, wrongPartLength } from './part-check.ts'
import { type UploadBody, uploadAt } from './receive-upload.ts'
import { uploadTokenHash } from './request-upload.ts'
import { assertRoom } from './room.ts'
import { whileGood } from './still-good.ts'
import { type Turns, whileMyTurn } from './turns.ts'
import { urlGone } from './url-gone.ts'

/** One part of a file, arriving at an upload URL. */
export interface PartBody extends UploadBody {
  /** From 1. */
  number: number
  /** At least one. */
  checksums: readonly PartChecksum[]
}

export interface PartReceipt {
  upload: UploadRow
  /** Bytes of all parts that have arrived. */
  receivedBytes: number
  /** This part was the last one missing. */
  isLast: boolean
}

type PartPorts = Pick<Ports, 'blobs' | 'catalog' | 'clock'> & { turns: Turns }

/**
 * Receives one part of an upload, in any order and beside others. It counts once its bytes are
 * checked and durable; one that has arrived already is read, checked and not written again.
 *
 * @throws AppError `digest_mismatch` (reason `PART_MISMATCH`), the part is not counted then;
 * `not_found` for a wrong, expired or foreign URL; `bad_request` for a part that does not exist;
 * `conflict` when the same part is sent again meanwhile; `storage_full`; whatever `source` throws
 */
export async function receivePart(
  ports: PartPorts,
  body: PartBody,
  source: AsyncIterable<Uint8Array>,
): Promise<PartReceipt> {
  const upload = await uploadAt(ports, body)
  const place = partPlace(upload, body.number)
  if (!place) throw noSuchPart(upload)
  if (body.lengthBytes !== undefined && body.lengthBytes !== place.sizeBytes) {
    throw wrongPartLength(place.sizeBytes)
  }
  // Nobody may write to the place of a part that another has counted, or is about to.
  return ports.turns.newest(`${upload.id} ${body.number}`, (stopped) =>
    takePart(ports, body, { ...place, source: whileMyTurn(source, stopped) }),
  )
}

async function takePart(
  ports: PartPorts,
  body: PartBody,
  part: { offset: number; sizeBytes: number; source: AsyncIterable<Uint8Array> },
): Promise<PartReceipt> {
  const { blobs, catalog, clock } = ports
  // Once more: the URL may have been revoked while another had the turn.
  const upload = await uploadAt(ports, body)
  const source = whileGood(part.source, clock, () => uploadAt(ports, { token: body.token }))
  const bytes = checkedPart(source, { ...part, checksums: body.checksums })
  const received = await catalog.uploads.parts(upload.id)
  if (received.some(({ number }) => number === body.number)) {
    for await (const _ of bytes);
    const receivedBytes = received.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
    return { upload, receivedBytes, isLast: false }
  }
  if (upload.status !== 'UPLOAD_URL_GENERATED') throw urlGone()
  await assertRoom(ports, part.sizeBytes)
  await blobs.stagePart(upload.id, part.offset, bytes)
  const counted = await catalog.uploads.addPart(upload.id, uploadTokenHash(body.token), {
    number: body.number,
    sizeBytes: part.sizeBytes,
    receivedAt: clock.now(),
  })
  if (!counted) throw urlGone()
  return { ...counted, isLast: counted.upload.status === 'UPLOAD_RECEIVED' }
}

const noSuchPart = ({ partBytes }: UploadRow) =>
  new AppError(
    'bad_request',
    partBytes === undefined
      ? 'This file goes whole. Send it without a part number.'
      : 'This upload has no part of that number.',
    { reason: 'NO_SUCH_PART' },
  )
