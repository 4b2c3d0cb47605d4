import { AppError } from '../core/errors.ts'
import type { Provider } from '../core/ports/index.ts'
import type { Config } from './schema.ts'
import type { StoreConfig } from './stores.ts'

/**
 * The further stores of the configuration; what they need is loaded only when there are some. None of
 * them is asked anything yet.
 *
 * @throws AppError `bad_request` (reason `CONFIG`) for one that is described by halves
 */
export async function providersOf(
  config: Pick<Config, 'provider' | 'stores'>,
): Promise<Provider[]> {
  const { folder, s3 } = config.provider
  const wanted = [
    ...(folder.path === undefined ? [] : [{ ...folder, path: folder.path }]),
    ...bucketOf(s3, 'provider_s3'),
    ...config.stores.flatMap(storeOf),
  ]
  const names = wanted.map(({ name }) => name)
  const twin = names.find((name, index) => names.indexOf(name) !== index)
  if (twin !== undefined) {
    throw refusal(`Two further stores are called "${twin}"; each needs a name of its own.`)
  }
  const found: Provider[] = []
  for (const store of wanted) found.push(await open(store))
  return found
}

type Folder = { name: string; path: string }
type Bucket = ReturnType<typeof bucketOf>[number]

async function open(store: Folder | Bucket): Promise<Provider> {
  if ('path' in store) {
    const { folderProvider } = await import('../adapters/folder/provider.ts')
    return folderProvider({ name: store.name, path: store.path })
  }
  const { s3Provider } = await import('../adapters/s3/provider.ts')
  return s3Provider(store)
}

/** A named store is a folder or a bucket. */
function storeOf(store: StoreConfig): (Folder | Bucket)[] {
  const { name, path, bucket } = store
  const where = `store.${name}`
  if ((path === undefined) === (bucket === undefined)) {
    throw refusal(`The store "${name}" needs either ${where}.path or ${where}.bucket.`)
  }
  return path === undefined ? bucketOf(store, where) : [{ name, path }]
}

type BucketOptions = Omit<StoreConfig, 'path'>

/** None without a bucket. */
function bucketOf(s3: BucketOptions, where: string) {
  const { bucket, accessKey, secretKey, endpoint } = s3
  if (bucket === undefined) return []
  if (accessKey === undefined || secretKey === undefined) {
    const each = where.includes('.') ? `${where}.` : `${where}_`
    throw refusal(`${each}bucket is set, so ${each}access_key and ${each}secret_key must be, too.`)
  }
  return [
    {
      name: s3.name,
      bucket,
      region: s3.region,
      accessKey,
      secretKey,
      ...(endpoint !== undefined && { endpoint }),
      isPathStyle: s3.pathStyle === 'auto' ? endpoint !== undefined : s3.pathStyle === 'on',
      isDirect: s3.direct === 'on',
    },
  ]
}

const refusal = (message: string) => new AppError('bad_request', message, { reason: 'CONFIG' })
