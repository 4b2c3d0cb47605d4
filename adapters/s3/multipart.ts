import { createHash } from 'node:crypto'
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  type S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { failureOf, isAbsent } from './failure.ts'
import { partsOf } from './parts.ts'

interface Place {
  Bucket: string
  Key: string
}

interface Content {
  source: AsyncIterable<Uint8Array>
  sizeBytes: number
  partBytes: number
}

/** Most parts of one object: docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MAX_PARTS = 10_000

/** Sends a large content part by part, each held against its MD5; what breaks off leaves nothing. */
export async function putInParts(
  client: S3Client,
  place: Place,
  { source, sizeBytes, partBytes }: Content,
): Promise<string> {
  // What a process left that died: nobody else writes to this key.
  await abortUnfinished(client, place)
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(place)).catch(failureOf)
  try {
    const Parts: CompletedPart[] = []
    const size = Math.max(partBytes, Math.ceil(sizeBytes / MAX_PARTS))
    for await (const Body of partsOf(source, size)) {
      const PartNumber = Parts.length + 1
      const ContentMD5 = createHash('md5').update(Body).digest('base64')
      const { ETag } = await client
        .send(new UploadPartCommand({ ...place, UploadId, PartNumber, Body, ContentMD5 }))
        .catch(failureOf)
      Parts.push({ PartNumber, ETag })
    }
    const { ETag } = await client
      .send(new CompleteMultipartUploadCommand({ ...place, UploadId, MultipartUpload: { Parts } }))
      .catch(failureOf)
    return checksumOf(ETag)
  } catch (cause) {
    await client.send(new AbortMultipartUploadCommand({ ...place, UploadId })).catch(() => {}) // it broke off because the store is away: the next try begins with this
    throw cause
  }
}

/** Gives up uploads in parts of this very key that were never completed: they cost room unseen. */
export async function abortUnfinished(client: S3Client, { Bucket, Key }: Place): Promise<void> {
  const { Uploads = [] } = await client
    .send(new ListMultipartUploadsCommand({ Bucket, Prefix: Key }))
    .catch(failureOf)
  for (const { UploadId, Key: key } of Uploads) {
    if (key !== Key || UploadId === undefined) continue
    try {
      await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }))
    } catch (cause) {
      if (!isAbsent(cause)) failureOf(cause)
    }
  }
}

/** As the store gives it, without quotes; of no use but to compare it by eye. */
export const checksumOf = (etag: string | undefined): string =>
  `etag:${(etag ?? '').replaceAll('"', '')}`
