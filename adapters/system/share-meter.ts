import { randomUUID } from 'node:crypto'
import { watch } from 'node:fs'
import { access, constants, copyFile, mkdir, rm, stat, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import type { ShareMeasures, ShareMeter } from '../../core/ports/share-meter.ts'
import { countEntries } from './count-entries.ts'
import { mountOf } from './mounts.ts'
import { watchesInUse, watchLimit } from './watches.ts'

/** An event of this machine's own kernel comes within milliseconds; a busy machine gets its time. */
const EVENT_WAIT_MS = 2_000

/** Measures shares by trying: the file system says what it is, not what it can do. */
export const systemShareMeter = (dataDir: string): ShareMeter => ({
  async measure(path, { mayWrite: wish, mostEntries, mostMs }) {
    const mount = await mountOf(path)
    const mayWrite = !mount.isReadOnly && (await isWritable(path))
    const { firstFile, ...entries } = await countEntries(path, { mostEntries, mostMs })
    const [share, store] = await Promise.all([statfs(path), statfs(dataDir)])
    const canary = mayWrite && wish ? await sendCanary(path) : undefined
    const canClone = firstFile && (await tryClone(firstFile, dataDir))
    const measures: ShareMeasures = {
      mount,
      entries,
      freeBytes: { share: share.bavail * share.bsize, store: store.bavail * store.bsize },
      watches: {
        limit: await watchLimit(),
        inUse: await watchesInUse(),
        needed: entries.folders + 1,
      },
      mayWrite,
      ...(share.files > 0 && { inodes: { total: share.files, free: share.ffree } }),
      ...(canary && { canary }),
      ...(canClone !== undefined && { canClone }),
    }
    return measures
  },
})

const isWritable = (path: string): Promise<boolean> =>
  access(path, constants.W_OK).then(
    () => true,
    () => false,
  )

/** A hidden file, which no share takes; it is gone when this returns. */
async function sendCanary(folder: string): Promise<ShareMeasures['canary']> {
  const name = `.onefold-probe-${randomUUID()}`
  const file = join(folder, name)
  const stop = new AbortController()
  const startedMs = performance.now()
  const heard = new Promise<number>((resolve) => {
    const watcher = watch(folder, { signal: stop.signal }, (_, changed) => {
      if (changed === name) resolve(performance.now() - startedMs)
    })
    watcher.on('error', () => {}) // then nothing is heard, which is what is asked
  })
  try {
    const before = Date.now()
    await writeFile(file, 'onefold', { flag: 'wx' })
    const { mtimeMs } = await stat(file)
    // The write happened between two looks at our clock: a time between them is no skew.
    const skewMs = Math.round(
      mtimeMs < before - 50 ? mtimeMs - before : Math.max(0, mtimeMs - Date.now()),
    )
    const eventMs = await Promise.race([
      heard,
      wait(EVENT_WAIT_MS, undefined, { signal: stop.signal, ref: false }),
    ])
    return { skewMs, ...(eventMs !== undefined && { eventMs: Math.round(eventMs) }) }
  } finally {
    stop.abort()
    await rm(file, { force: true })
  }
}

/** Clones a file into the store's own folder for staging; nothing is copied where that cannot be done. */
async function tryClone(file: string | Buffer, dataDir: string): Promise<boolean> {
  const staging = join(dataDir, 'staging')
  await mkdir(staging, { recursive: true, mode: 0o700 })
  const target = join(staging, `probe-${randomUUID()}`)
  try {
    await copyFile(file, target, constants.COPYFILE_FICLONE_FORCE | constants.COPYFILE_EXCL)
    return true
  } catch {
    return false // whatever the reason, files are copied then
  } finally {
    await rm(target, { force: true })
  }
}
