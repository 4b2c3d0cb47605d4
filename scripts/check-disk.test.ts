import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { loadConfig } from '../config/load.ts'
import { temporaryFolder } from '../tests/temporary-folder.ts'
import { checkDisk } from './check-disk.ts'

const find = async (dataDir: string, name: string, env: Record<string, string> = {}) => {
  const config = loadConfig({ ONEFOLD_DATA_DIR: dataDir, ...env })
  return (await checkDisk(config)).find((finding) => finding.name === name)
}

it('says of a data folder that others can read how to close it', async () => {
  const dataDir = await temporaryFolder()
  await chmod(dataDir, 0o755)
  await writeFile(join(dataDir, 'master.key'), 'k', { mode: 0o644 })
  expect(await find(dataDir, 'data folder mode')).toMatchObject({
    state: 'warn',
    message: expect.stringContaining(`chmod 700 ${dataDir}`),
  })
  expect(await find(dataDir, 'key mode')).toMatchObject({
    state: 'warn',
    message: expect.stringContaining('chmod 600'),
  })
})

it('fails while the box only reads, and says how to let it write again', async () => {
  const dataDir = await temporaryFolder()
  expect(await find(dataDir, 'writing')).toMatchObject({ state: 'ok' })
  await writeFile(join(dataDir, 'read-only'), 'The disk of the catalog failed.\n')
  expect(await find(dataDir, 'writing')).toMatchObject({
    state: 'fail',
    message: expect.stringContaining('--clear-read-only'),
  })
})

it('warns before uploads are refused, and says what makes room', async () => {
  const dataDir = await temporaryFolder()
  const warned = { ONEFOLD_DISK_WARN_PERCENT: '99', ONEFOLD_DISK_RESERVE_BYTES: '0' }
  const low = await find(dataDir, 'free space', { ...warned, ONEFOLD_DISK_RESERVE_PERCENT: '0' })
  expect(low?.state === 'ok' || low?.message.includes('--empty-trash')).toBe(true)
  const full = { ONEFOLD_DISK_RESERVE_BYTES: String(2 ** 50) }
  expect(await find(dataDir, 'free space', full)).toMatchObject({
    state: 'fail',
    message: expect.stringContaining('--empty-trash'),
  })
})

it('measures how long a sync takes, and knows the file system', async () => {
  const dataDir = await temporaryFolder()
  expect((await find(dataDir, 'sync'))?.message).toMatch(/^\d+\.\d\d ms/)
  expect((await find(dataDir, 'file system'))?.message).not.toBe('')
})
