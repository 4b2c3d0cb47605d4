import { createHash } from 'node:crypto'
import { type FileHandle, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { AppError } from '../../core/errors.ts'
import type { HubFile } from '../../core/ports/model-hub.ts'
import { fileSize, hashFile } from './files.ts'
import {
  askOnce,
  type HubAccess,
  isPassing,
  pause,
  refusal,
  TRIES,
  unreachable,
} from './hub-call.ts'

interface Fetching {
  file: HubFile
  folder: string
  signal: AbortSignal
  /** Called with the bytes of this file that are there. */
  onProgress(bytes: number): void
}

/**
 * Fetches one file: into `<path>.part`, which a later try goes on with, and under its own name once it
 * is whole and what the hub promised. One that is wrong is fetched anew, once.
 *
 * @throws AppError as `ModelHub` says
 */
export async function fetchFile(
  access: HubAccess,
  given: Fetching,
): Promise<{ sizeBytes: number; sha256: string }> {
  const { file, folder, signal } = given
  const path = join(folder, file.path)
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  for (let round = 1; ; round++) {
    if ((await fileSize(path)) === undefined) {
      await fetchWhole(access, `${path}.part`, given)
      await rename(`${path}.part`, path)
    }
    const sha256 = await hashFile(path, { signal })
    const sizeBytes = await fileSize(path)
    if (sha256 !== undefined && sizeBytes !== undefined && (await isRight(path, file, sha256))) {
      given.onProgress(sizeBytes)
      return { sizeBytes, sha256 }
    }
    await rm(path, { force: true })
    if (round === 2) throw wrong(file)
  }
}

const wrong = (file: HubFile) =>
  new AppError(
    'digest_mismatch',
    `${file.path} is not what the hub says it is, twice. Something on the way changes it.`,
    { reason: 'HUB_CHECKSUM' },
  )

/** Against whatever the hub promised: SHA-256 of large files, git's own hash of small ones. */
async function isRight(path: string, file: HubFile, sha256: string): Promise<boolean> {
  if ((await fileSize(path)) !== file.sizeBytes) return false
  if (file.sha256 !== undefined) return sha256 === file.sha256
  if (file.gitSha1 === undefined) return true
  const hash = createHash('sha1').update(`blob ${file.sizeBytes}\0`)
  return hash.update(await readFile(path)).digest('hex') === file.gitSha1
}

/** Goes on until the part has all bytes; gives up after some tries that brought nothing. */
async function fetchWhole(access: HubAccess, path: string, given: Fetching): Promise<void> {
  const { file, signal } = given
  const part = await open(path, 'a')
  try {
    for (let failures = 0; ; ) {
      const before = (await part.stat()).size
      if (before === file.sizeBytes) return
      if (before > file.sizeBytes) await part.truncate(0)
      const answer = await fetchSome(access, part, given)
      const after = (await part.stat()).size
      if (after === file.sizeBytes) return
      failures = after > before ? 1 : failures + 1
      if (failures === TRIES) throw unreachable(file.url, answer)
      await pause(access, failures, {
        signal,
        ...(answer instanceof Response && { response: answer }),
      })
    }
  } finally {
    await part.close()
  }
}

/** One connection. @returns what ended it, where it did not bring all */
async function fetchSome(
  access: HubAccess,
  part: FileHandle,
  { file, signal, onProgress }: Fetching,
): Promise<Response | Error | undefined> {
  const { size: from } = await part.stat()
  const headers: Record<string, string> = from > 0 ? { range: `bytes=${from}-` } : {}
  const answer = await askOnce(access, file.url, { headers, signal })
  if (!(answer instanceof Response)) return answer
  // What is there cannot be gone on with, or is not asked for: from the beginning, then.
  if (answer.status === 416) await part.truncate(0)
  if (answer.status === 416 || isPassing(answer.status)) return answer
  if (!answer.ok) throw refusal(file.url, answer)
  const at = answer.status === 206 && startsAt(answer, from) ? from : 0
  if (at === 0 && answer.status === 206 && from > 0) return answer
  if (at === 0) await part.truncate(0)
  return readInto(access, part, { answer, at, file, signal, onProgress })
}

const startsAt = (answer: Response, from: number): boolean =>
  (answer.headers.get('content-range') ?? '').startsWith(`bytes ${from}-`)

async function readInto(
  { idleMs }: HubAccess,
  part: FileHandle,
  { answer, at, file, signal, onProgress }: Reading,
): Promise<Error | undefined> {
  const reader = answer.body?.getReader()
  if (!reader) return new Error('an answer without a body')
  let size = at
  let timer: NodeJS.Timeout | undefined
  try {
    for (;;) {
      timer = setTimeout(() => void reader.cancel(new Error('silent')).catch(() => {}), idleMs)
      const { done, value } = await reader.read()
      clearTimeout(timer)
      signal.throwIfAborted()
      if (done) return size < file.sizeBytes ? new Error('the connection ended early') : undefined
      await part.appendFile(value)
      size += value.byteLength
      // More than it said: not the file that was asked for.
      if (size > file.sizeBytes) return new Error('more bytes than were promised')
      onProgress(size)
    }
  } catch (cause) {
    signal.throwIfAborted()
    return cause instanceof Error ? cause : new Error(String(cause))
  } finally {
    clearTimeout(timer)
    await reader.cancel().catch(() => {})
  }
}

interface Reading extends Omit<Fetching, 'folder'> {
  answer: Response
  at: number
}
