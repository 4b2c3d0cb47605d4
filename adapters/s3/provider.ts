import { createHash } from 'node:crypto'
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import type { Provider } from '../../core/ports/index.ts'
import { failureOf, isAbsent } from './failure.ts'
import { abortUnfinished, checksumOf, putInParts } from './multipart.ts'

export interface S3Options {
  name: string
  bucket: string
  region: string
  accessKey: string
  secretKey: string
  /** Absent for AWS itself. */
  endpoint?: string
  /** Whether the bucket stands in the path of addresses, not in the host name. */
  isPathStyle: boolean
  /** Whether clients may send bytes to the store themselves. */
  isDirect: boolean
  /** Contents above this are sent in parts of this many bytes, at least. */
  partBytes?: number
}

const MIB = 2 ** 20
/** One is in memory at a time, per copy under way. S3 takes none below 5 MiB but the last. */
const PART_BYTES = 8 * MIB
/** What S3 takes in one piece: docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const MAX_PUT_BYTES = 5 * 2 ** 30
const SILENCE_MS = 30_000

/**
 * Copies as objects of a bucket, in any store that speaks S3. Sent with Content-MD5, which the stores
 * hold bytes against that ignore the newer checksums; what counts is what is read back.
 */
export function s3Provider(options: S3Options): Provider {
  const { bucket: Bucket, partBytes = PART_BYTES } = options
  const client = clientOf(options)

  return {
    name: options.name,
    kind: 's3',
    ...(options.isDirect && { direct: directOf(client, options) }),

    async put(key, source, sizeBytes) {
      if (sizeBytes > partBytes) {
        return putInParts(client, { Bucket, Key: key }, { source, sizeBytes, partBytes })
      }
      const chunks: Uint8Array[] = []
      for await (const chunk of source) chunks.push(chunk)
      const Body = Buffer.concat(chunks)
      const ContentMD5 = createHash('md5').update(Body).digest('base64')
      const { ETag } = await client
        .send(new PutObjectCommand({ Bucket, Key: key, Body, ContentMD5 }))
        .catch(failureOf)
      return checksumOf(ETag)
    },

    async *read(key) {
      const { Body } = await client
        .send(new GetObjectCommand({ Bucket, Key: key }))
        .catch(failureOf)
      if (!Body) return
      const web = Body.transformToWebStream()
      try {
        yield* web
      } catch (cause) {
        failureOf(cause)
      }
    },

    async stat(key) {
      try {
        const head = await client.send(new HeadObjectCommand({ Bucket, Key: key }))
        return head.ContentLength ?? 0
      } catch (cause) {
        return isAbsent(cause) ? undefined : failureOf(cause)
      }
    },

    async remove(key) {
      try {
        await client.send(new DeleteObjectCommand({ Bucket, Key: key }))
      } catch (cause) {
        if (!isAbsent(cause)) failureOf(cause)
      }
      await abortUnfinished(client, { Bucket, Key: key })
    },

    async check() {
      await client.send(new HeadBucketCommand({ Bucket })).catch(failureOf)
    },

    close: async () => client.destroy(),
  }
}

function clientOf({ region, accessKey, secretKey, endpoint, isPathStyle }: S3Options): S3Client {
  return new S3Client({
    region,
    credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
    forcePathStyle: isPathStyle,
    ...(endpoint !== undefined && { endpoint }),
    // The newer checksums travel in a form that many stores refuse or, worse, store as content.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 5_000, socketTimeout: SILENCE_MS },
  })
}

function directOf(client: S3Client, options: S3Options): NonNullable<Provider['direct']> {
  const { bucket: Bucket } = options
  return {
    origin: originOf(options),
    maxBytes: MAX_PUT_BYTES,
    presignPut: (key, sizeBytes, ttlMs) =>
      getSignedUrl(
        client,
        new PutObjectCommand({ Bucket, Key: key, ContentLength: sizeBytes }),
        // Signed, so that the store itself refuses a body of another length.
        {
          expiresIn: Math.max(1, Math.floor(ttlMs / 1000)),
          signableHeaders: new Set(['host', 'content-length']),
          unhoistableHeaders: new Set(['content-length']),
        },
      ),
  }
}

function originOf({ endpoint, region, bucket, isPathStyle }: S3Options): string {
  const url = new URL(endpoint ?? `https://s3.${region}.amazonaws.com`)
  if (!isPathStyle) url.hostname = `${bucket}.${url.hostname}`
  return url.origin
}
