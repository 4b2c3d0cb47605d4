import { randomBytes, randomUUID } from 'node:crypto'
import {
  closeSync,
  fstatSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { chainOf, KEY_BYTES, keysIn, keyText } from '../../core/audit/key.ts'
import { keyRing, newState, type RingState, type RingStore } from '../../core/audit/ring.ts'
import { AppError, hasSystemCode } from '../../core/errors.ts'
import type { Clock, KeyRing } from '../../core/ports/index.ts'

/** The key of the moment, and the first one until an administrator has taken it away. */
const NOW = 'audit.key'
const FIRST = 'audit-first.key'

/**
 * The ring in the files of a data folder, made at the first start. All processes of the box share it.
 *
 * @throws AppError `unavailable` (reason `AUDIT_KEY`) for a file that holds no key
 */
export function diskKeyRing(dataDir: string, { now }: Pick<Clock, 'now'>): KeyRing {
  return keyRing(storeIn(dataDir, now), now)
}

function storeIn(dataDir: string, now: () => number): RingStore {
  const [path, firstPath] = [join(dataDir, NOW), join(dataDir, FIRST)]
  return {
    load: () => stateIn(path) ?? beginIn(path, { firstPath, now }),
    save: (state) => replace(path, textOf(state)),
    first: () => firstKeyIn(dataDir),
    dropFirst: () => erase(firstPath),
    begin(key, state) {
      replace(firstPath, `${keyText(key)}\n`)
      replace(path, textOf(state))
    },
  }
}

/** The first key, as long as nobody took it away. */
export function firstKeyIn(dataDir: string): Buffer | undefined {
  const text = readIfThere(join(dataDir, FIRST))
  return text === undefined ? undefined : [...keysIn(text).values()][0]
}

const textOf = ({ key, ...state }: RingState): string =>
  `${JSON.stringify({ ...state, key: key.toString('hex') })}\n`

function stateIn(path: string): RingState | undefined {
  const text = readIfThere(path)
  if (text === undefined) return undefined
  const { chain, epoch, since, key } = parsed(text)
  const bytes = Buffer.from(String(key), 'hex')
  const isKey = bytes.byteLength === KEY_BYTES && /^[0-9a-f]{8}$/.test(String(chain))
  if (!isKey || !Number.isSafeInteger(epoch) || !Number.isFinite(since)) {
    throw new AppError('unavailable', `${path} does not hold a key of the audit.`, {
      reason: 'AUDIT_KEY',
    })
  }
  return { chain: String(chain), epoch: Number(epoch), since: Number(since), key: bytes }
}

function parsed(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>
  } catch {
    // Refused by the caller, as anything else that is no key.
    return {}
  }
}

/**
 * Makes the first key and, of it, the key of the moment. Processes that start at once end up with the
 * same ones; a crash in between leaves a first key that the next start goes on from.
 */
function beginIn(
  path: string,
  { firstPath, now }: { firstPath: string; now(): number },
): RingState {
  createOnce(firstPath, `${keyText(randomBytes(KEY_BYTES))}\n`)
  const [first] = [...keysIn(readFileSync(firstPath, 'utf8')).values()]
  if (!first) {
    throw new AppError('unavailable', `${firstPath} does not hold a key of the audit.`, {
      reason: 'AUDIT_KEY',
    })
  }
  createOnce(path, textOf(newState(first, now())))
  const state = stateIn(path)
  if (!state) throw new Error('the key of the audit just written is not there')
  // Somebody took the first key of another chain away just now: ours belongs to nothing.
  if (state.chain !== chainOf(first)) erase(firstPath)
  return state
}

function createOnce(path: string, text: string): void {
  const own = writeSynced(path, text)
  try {
    linkSync(own, path)
  } catch (cause) {
    if (!hasSystemCode(cause, 'EEXIST')) throw cause
  } finally {
    rmSync(own)
  }
  syncFolderOf(path)
}

/** The new text first, durable; only then the bytes of the old one are overwritten. */
function replace(path: string, text: string): void {
  const own = writeSynced(path, text)
  const old = openIfThere(path)
  renameSync(own, path)
  syncFolderOf(path)
  if (old !== undefined) blank(old)
}

function erase(path: string): void {
  const old = openIfThere(path)
  if (old === undefined) return
  rmSync(path)
  syncFolderOf(path)
  blank(old)
}

function writeSynced(path: string, text: string): string {
  const own = `${path}.${randomUUID()}`
  const file = openSync(own, 'wx', 0o600)
  try {
    writeSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  return own
}

/** What a disk keeps beside (a journal, a copy on write, worn cells) is out of reach from here. */
function blank(file: number): void {
  try {
    writeSync(file, Buffer.alloc(fstatSync(file).size), 0, undefined, 0)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

function openIfThere(path: string): number | undefined {
  try {
    return openSync(path, 'r+')
  } catch (cause) {
    if (hasSystemCode(cause, 'ENOENT')) return undefined
    throw cause
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    if (hasSystemCode(cause, 'ENOENT')) return undefined
    throw cause
  }
}

function syncFolderOf(path: string): void {
  const folder = openSync(dirname(path), 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
