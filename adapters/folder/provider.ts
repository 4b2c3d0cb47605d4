import { randomUUID } from 'node:crypto'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { crc32c } from '../../core/crc32c.ts'
import { AppError, hasSystemCode } from '../../core/errors.ts'
import type { Provider } from '../../core/ports/index.ts'

const READ_BYTES = 256 * 1024
/** Where files are written before they get their name. */
const INCOMING = '.incoming'
const IDLE_MS = 24 * 60 * 60_000

/**
 * Copies as files in a second folder, on another disk or a mount. The folder itself is never made:
 * one that is not there is a disk that is not mounted, and writing beside it would fill the wrong one.
 */
export function folderProvider({ name, path }: { name: string; path: string }): Provider {
  const fileOf = (key: string) => join(path, checked(key))
  const incomingFolder = join(path, INCOMING)
  let isTidy = false

  async function tidyOnce(): Promise<void> {
    if (isTidy) return
    isTidy = true
    await removeIdle(incomingFolder)
  }

  return {
    name,
    kind: 'folder',

    async put(key, source) {
      const incoming = join(incomingFolder, randomUUID())
      try {
        await needed(incomingFolder)
        await tidyOnce()
        const checksum = await writeDurably(incoming, source)
        await place(incoming, fileOf(key))
        return checksum
      } catch (cause) {
        await rm(incoming, { force: true }).catch(() => {})
        throw failureOf(cause)
      }
    },

    async *read(key) {
      const file = await open(fileOf(key), 'r').catch(async (cause: unknown) => {
        if (hasSystemCode(cause, 'ENOENT') && (await isThere(path))) throw absent(cause)
        throw failureOf(cause)
      })
      try {
        yield* file.createReadStream({ highWaterMark: READ_BYTES, autoClose: false })
      } catch (cause) {
        throw failureOf(cause)
      } finally {
        await file.close()
      }
    },

    async stat(key) {
      try {
        return (await stat(fileOf(key))).size
      } catch (cause) {
        if (hasSystemCode(cause, 'ENOENT') && (await isThere(path))) return undefined
        throw failureOf(cause)
      }
    },

    async remove(key) {
      try {
        await readdir(path) // a disk that is away is no file removed
        await rm(fileOf(key), { force: true })
      } catch (cause) {
        throw failureOf(cause)
      }
    },

    async check() {
      const probe = join(incomingFolder, randomUUID())
      try {
        await needed(incomingFolder)
        await writeDurably(probe, oneByte())
        await rm(probe)
      } catch (cause) {
        throw failureOf(cause)
      }
    },

    close: async () => {},
  }
}

/** Writes and syncs; returns what the bytes add up to. */
async function writeDurably(path: string, source: AsyncIterable<Uint8Array>): Promise<string> {
  const file = await open(path, 'wx', 0o440)
  try {
    let crc = 0
    for await (const chunk of source) {
      await file.appendFile(chunk) // unlike write(), never stops short
      crc = crc32c(chunk, crc)
    }
    await file.sync()
    return `crc32c:${crc.toString(16).padStart(8, '0')}`
  } finally {
    await file.close()
  }
}

/** Removes what processes left that died: nobody has written to it for a day. */
async function removeIdle(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const file = join(folder, name)
    const written = await stat(file).catch(ignoreAbsent)
    if (written && Date.now() - written.mtimeMs > IDLE_MS) await rm(file, { force: true })
  }
}

/** Whoever wrote it was through just now. */
function ignoreAbsent(cause: unknown): undefined {
  if (!hasSystemCode(cause, 'ENOENT')) throw cause
}

async function place(from: string, to: string): Promise<void> {
  const folder = dirname(to)
  await needed(folder)
  await rename(from, to)
  await syncDirectory(folder)
}

/** Makes a folder below one that is there, and makes its name as durable as itself. */
async function needed(folder: string): Promise<void> {
  try {
    await mkdir(folder, { mode: 0o700 })
  } catch (cause) {
    if (hasSystemCode(cause, 'EEXIST')) return
    throw cause
  }
  await syncDirectory(dirname(folder))
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r')
  await directory.sync().finally(() => directory.close())
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )

const FULL = ['ENOSPC', 'EDQUOT']
const AWAY = [
  'ENOENT',
  'ENOTDIR',
  'EACCES',
  'EPERM',
  'EROFS',
  'EIO',
  'ESTALE',
  'ENOTCONN',
  'ETIMEDOUT',
]

/** What a failure of the folder means; anything else, the source's failures among them, is passed on. */
function failureOf(cause: unknown): unknown {
  if (cause instanceof AppError) return cause
  if (FULL.some((code) => hasSystemCode(cause, code))) {
    return new AppError('storage_full', 'The folder of the copies is full.', { cause })
  }
  if (!AWAY.some((code) => hasSystemCode(cause, code))) return cause
  return new AppError('unavailable', 'The folder of the copies is away or cannot be written.', {
    cause,
    reason: 'PROVIDER_AWAY',
  })
}

const absent = (cause: unknown) =>
  new AppError('not_found', 'There is no such copy.', { cause, reason: 'COPY_MISSING' })

/** One folder and a file: what the catalog makes, and nothing that climbs. */
const KEY = /^[\w-]{1,32}\/\w[\w.-]{0,150}$/

function checked(key: string): string {
  if (!KEY.test(key)) throw new AppError('internal', 'Not a key of a copy.')
  return key
}

async function* oneByte(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('.')
}
