import { AppError } from '../core/errors.ts'
import type { Provider } from '../core/ports/index.ts'
import type { Config } from './schema.ts'

/**
 * The further stores of the configuration; what they need is loaded only when there are some. None of
 * them is asked anything yet.
 *
 * @throws AppError `bad_request` (reason `CONFIG`) for one that is described by halves
 */
export async function providersOf({ provider }: Config): Promise<Provider[]> {
  const found: Provider[] = []
  const { folder } = provider
  if (folder.path !== undefined) {
    const { folderProvider } = await import('../adapters/folder/provider.ts')
    found.push(folderProvider({ name: folder.name, path: folder.path }))
  }
  const bucket = bucketOf(provider.s3)
  if (bucket) {
    const { s3Provider } = await import('../adapters/s3/provider.ts')
    found.push(s3Provider(bucket))
  }
  const [first, second] = found
  if (first && first.name === second?.name) {
    throw refusal(`Two further stores are called "${first.name}"; each needs a name of its own.`)
  }
  return found
}

function bucketOf(s3: Config['provider']['s3']) {
  const { bucket, accessKey, secretKey, endpoint } = s3
  if (bucket === undefined) return undefined
  if (accessKey === undefined || secretKey === undefined) {
    throw refusal(
      'ONEFOLD_PROVIDER_S3_BUCKET is set, so ONEFOLD_PROVIDER_S3_ACCESS_KEY and ONEFOLD_PROVIDER_S3_SECRET_KEY must be, too.',
    )
  }
  return {
    name: s3.name,
    bucket,
    region: s3.region,
    accessKey,
    secretKey,
    ...(endpoint !== undefined && { endpoint }),
    isPathStyle: s3.pathStyle === 'auto' ? endpoint !== undefined : s3.pathStyle === 'on',
    isDirect: s3.direct === 'on',
  }
}

const refusal = (message: string) => new AppError('bad_request', message, { reason: 'CONFIG' })
