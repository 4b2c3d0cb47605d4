import { expect, it } from 'vitest'
import { loadConfig } from './load.ts'
import { providersOf } from './providers.ts'

const BUCKET = {
  ONEFOLD_PROVIDER_S3_BUCKET: 'copies',
  ONEFOLD_PROVIDER_S3_ACCESS_KEY: 'key',
  ONEFOLD_PROVIDER_S3_SECRET_KEY: 'secret',
}

const open = async (env: Record<string, string>) => {
  const providers = await providersOf(loadConfig(env))
  for (const provider of providers) await provider.close()
  return providers.map(({ name, kind, direct }) => ({ name, kind, origin: direct?.origin }))
}

it('gives the further stores that are configured, and none unasked', async () => {
  expect(await open({})).toEqual([])
  expect(await open({ ...BUCKET, ONEFOLD_PROVIDER_FOLDER_PATH: '/mnt/copies' })).toEqual([
    { name: 'folder', kind: 'folder', origin: undefined },
    { name: 's3', kind: 's3', origin: undefined },
  ])
})

it.each([
  ['https://store:9000', 'auto', 'https://store:9000'],
  ['https://store:9000', 'off', 'https://copies.store:9000'],
  ['', 'auto', 'https://copies.s3.eu-west-1.amazonaws.com'],
])('sends browsers to %s with path style %s at %s', async (endpoint, pathStyle, origin) => {
  const found = await open({
    ...BUCKET,
    ONEFOLD_PROVIDER_S3_REGION: 'eu-west-1',
    ONEFOLD_PROVIDER_S3_ENDPOINT: endpoint,
    ONEFOLD_PROVIDER_S3_PATH_STYLE: pathStyle,
    ONEFOLD_PROVIDER_S3_DIRECT: 'on',
  })
  expect(found).toEqual([{ name: 's3', kind: 's3', origin }])
})

it('refuses a bucket without its key, and two stores of one name', async () => {
  const { ONEFOLD_PROVIDER_S3_SECRET_KEY: _, ...half } = BUCKET
  await expect(open(half)).rejects.toMatchObject({ code: 'bad_request', reason: 'CONFIG' })
  const twins = { ONEFOLD_PROVIDER_FOLDER_PATH: '/mnt/copies', ONEFOLD_PROVIDER_S3_NAME: 'folder' }
  await expect(open({ ...BUCKET, ...twins })).rejects.toMatchObject({ reason: 'CONFIG' })
})
