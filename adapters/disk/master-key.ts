import { randomBytes, randomUUID } from 'node:crypto'
import { link, open, readFile, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { AppError, hasSystemCode } from '../../core/errors.ts'
import { syncDirectory } from './sync.ts'

const BYTES = 32

/**
 * The box's master key at `path`, made and synced when there is none. Processes that start at once
 * end up with the same one.
 *
 * @returns 32 bytes; @throws AppError `unavailable` for a file that holds no key
 */
export async function masterKey(path: string): Promise<Uint8Array> {
  return (await keyAt(path)) ?? (await makeKey(path))
}

async function keyAt(path: string): Promise<Uint8Array | undefined> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    if (hasSystemCode(cause, 'ENOENT')) return undefined
    throw cause
  })
  if (text === undefined) return undefined
  const key = Buffer.from(text.trim(), 'hex')
  if (key.byteLength === BYTES) return key
  throw new AppError('unavailable', `${path} does not hold a key of 64 hex characters.`, {
    reason: 'MASTER_KEY',
  })
}

async function makeKey(path: string): Promise<Uint8Array> {
  const own = `${path}.${randomUUID()}`
  const file = await open(own, 'w', 0o600)
  try {
    await file.writeFile(`${randomBytes(BYTES).toString('hex')}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  await link(own, path).catch((cause: unknown) => {
    if (!hasSystemCode(cause, 'EEXIST')) throw cause
  })
  await rm(own)
  await syncDirectory(dirname(path))
  const key = await keyAt(path)
  if (key) return key
  throw new Error('the master key just written is not there')
}
