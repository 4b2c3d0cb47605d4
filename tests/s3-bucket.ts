import { randomUUID } from 'node:crypto'
import { CreateBucketCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3'
import { onTestFinished } from 'vitest'
import { type S3Options, s3Provider } from '../adapters/s3/provider.ts'
import type { SwiftServer } from './swift-server.ts'

const REGION = 'us-east-1'

/** A new bucket, as our adapter sees it and as somebody else does. */
export async function newBucket(swift: SwiftServer, change: Partial<S3Options> = {}) {
  const { accessKey, secretKey } = swift
  const endpoint = `http://127.0.0.1:${swift.port}`
  const bucket = `bucket-${randomUUID()}`
  const other = new S3Client({
    endpoint,
    region: REGION,
    forcePathStyle: true,
    credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
  })
  await other.send(new CreateBucketCommand({ Bucket: bucket }))
  const provider = s3Provider({
    name: 's3',
    bucket,
    region: REGION,
    endpoint,
    accessKey,
    secretKey,
    isPathStyle: true,
    isDirect: true,
    ...change,
  })
  onTestFinished(async () => {
    other.destroy()
    await provider.close()
  })
  return {
    bucket,
    endpoint,
    provider,
    other,
    async listed(): Promise<string[]> {
      const { Contents = [] } = await other.send(new ListObjectsV2Command({ Bucket: bucket }))
      return Contents.map(({ Key = '' }) => Key).sort()
    },
  }
}
