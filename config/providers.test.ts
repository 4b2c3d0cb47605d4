import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../tests/temporary-folder.ts'
import { loadConfig, loadSettings } from './load.ts'
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

it('opens any number of named stores beside the two without a table', async () => {
  const file = join(await temporaryFolder(), 'onefold.toml')
  await writeFile(
    file,
    [
      '[store.vault]',
      'path = "/mnt/vault"',
      '[store.offsite-2]',
      'bucket = "copies"',
      'endpoint = "https://two:9000"',
      'access_key = "key"',
    ].join('\n'),
  )
  const env = {
    ...BUCKET,
    ONEFOLD_CONFIG: file,
    ONEFOLD_STORE_OFFSITE_2_SECRET_KEY: 'secret',
    ONEFOLD_STORE_OFFSITE_2_DIRECT: 'on',
    ONEFOLD_STORE_TAPE_PATH: '/mnt/tape',
    ONEFOLD_PROVIDER_FOLDER_PATH: '/mnt/copies',
  }
  expect(await open(env)).toEqual([
    { name: 'folder', kind: 'folder', origin: undefined },
    { name: 's3', kind: 's3', origin: undefined },
    { name: 'offsite-2', kind: 's3', origin: 'https://two:9000' },
    { name: 'tape', kind: 'folder', origin: undefined },
    { name: 'vault', kind: 'folder', origin: undefined },
  ])
  expect(loadSettings(env).find(({ key }) => key === 'store.vault.path')).toMatchObject({
    value: '/mnt/vault',
    origin: file,
  })
})

it.each([
  [
    { ONEFOLD_STORE_A_PATH: '/a', ONEFOLD_STORE_A_BUCKET: 'b' },
    /either store\.a\.path or store\.a\.bucket/,
  ],
  [{ ONEFOLD_STORE_A_REGION: 'x' }, /either store\.a\.path/],
  [{ ONEFOLD_STORE_A_BUCKET: 'b' }, /store\.a\.access_key/],
  [{ ONEFOLD_STORE_FOLDER_PATH: '/a', ONEFOLD_PROVIDER_FOLDER_PATH: '/b' }, /called "folder"/],
  [{ ONEFOLD_STORE_A_FOLDER: '/a' }, /no option ONEFOLD_STORE_A_FOLDER/],
] as [Record<string, string>, RegExp][])('refuses what is no store: %j', async (env, message) => {
  await expect(open(env)).rejects.toMatchObject({
    reason: 'CONFIG',
    message: expect.stringMatching(message),
  })
})

it('names what is wrong in the table of a store', async () => {
  const file = join(await temporaryFolder(), 'onefold.toml')
  await writeFile(file, '[store.Vault]\npath = "/a"\n[store.b]\npfad = "/b"\n')
  expect(() => loadConfig({ ONEFOLD_CONFIG: file })).toThrow(/store\.Vault[\s\S]*no option "pfad"/)
})
