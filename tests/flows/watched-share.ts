import { mkdir, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { onTestFinished } from 'vitest'
import { diskBlobStore } from '../../adapters/disk/blob-store.ts'
import { sqlCatalog } from '../../adapters/sql/catalog.ts'
import { systemClock } from '../../adapters/system/clock.ts'
import { newId } from '../../core/ids.ts'
import type { Log, Share } from '../../core/ports/index.ts'
import { runWatcher, type WatcherOptions } from '../../watcher/watch.ts'
import { shelf } from '../contracts/library-shelf.ts'
import { migratedCatalog } from '../migrated-catalog.ts'
import { temporaryFolder } from '../temporary-folder.ts'
import { testKeys } from '../test-keys.ts'

/** A box with one watched share, on real disks, and a watcher that can be started and stopped. */
export async function watchedShare(change: Partial<Share> = {}) {
  const root = await realpath(await temporaryFolder())
  const folder = join(root, 'share')
  await mkdir(folder)
  const catalog = sqlCatalog(await migratedCatalog(root), testKeys)
  onTestFinished(() => catalog.close())
  const log = recordingLog()
  const blobs = await diskBlobStore(root)
  const ports = { catalog, blobs, clock: systemClock, log }
  const place = await shelf(catalog)
  const share: Share = {
    id: newId(),
    name: 'Plans',
    path: folder,
    chapterId: place.chapterId,
    ownerId: place.userId,
    exclude: [],
    include: [],
    mode: 'mirror',
    mapping: 'folders',
    settleMs: 200,
    enabled: true,
    createdAt: Date.now(),
    ...change,
  }
  await catalog.shares.put(share)
  return { root, folder, ports, place, share, lines: log.lines }
}

export type WatchedShare = Awaited<ReturnType<typeof watchedShare>>

/** Starts a watcher that is stopped with the test, or before. */
export function start(on: WatchedShare, change: Partial<WatcherOptions> = {}) {
  const stop = new AbortController()
  const options = { scanIntervalMs: 60_000, pollMs: 50, listens: true, ...change }
  const done = runWatcher(on.ports, options, stop.signal)
  const end = async () => {
    stop.abort()
    await done
  }
  onTestFinished(end)
  return { stop: end }
}

/** Asks again until the answer is yes. */
export async function until(
  what: string,
  holds: () => Promise<boolean> | boolean,
  deadlineMs = 15_000,
): Promise<void> {
  for (const ends = performance.now() + deadlineMs; !(await holds()); await pause(25)) {
    if (performance.now() > ends) throw new Error(`It never happened: ${what}`)
  }
}

/** Every document with its path, number of versions and source state, by path. */
export async function documents(on: WatchedShare) {
  const found: { path: string; versions: number; source: string | undefined }[] = []
  for (let cursor: string | undefined; ; ) {
    const page = await on.ports.catalog.library.list('all', {
      sort: 'name',
      descending: false,
      limit: 500,
      ...(cursor !== undefined && { cursor }),
    })
    for (const item of page.items) {
      const path = item.folder === '' ? item.name : `${item.folder}/${item.name}`
      found.push({ path, versions: item.versionCount, source: item.sourceState })
    }
    cursor = page.nextCursor
    if (cursor === undefined) break
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1))
}

export const paths = async (on: WatchedShare): Promise<string[]> =>
  (await documents(on)).map((document) => document.path)

/** The document of that name as it was in each version, oldest first. */
export async function contents(on: WatchedShare, name: string): Promise<string[]> {
  const { library } = on.ports.catalog
  const page = await library.list('all', {
    sort: 'name',
    descending: false,
    limit: 500,
    nameContains: name,
  })
  const document = page.items.find((item) => item.name === name)
  if (!document) return []
  const versions = await library.versions('all', document.id)
  return Promise.all(versions.reverse().map((version) => text(on, version.path)))
}

async function text(on: WatchedShare, path: string): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of on.ports.blobs.read(path)) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

/** What the watcher last reported. */
export async function status(on: WatchedShare) {
  const statuses = await on.ports.catalog.shares.statuses()
  return statuses.find((each) => each.shareId === on.share.id)
}

/** A scan has ended after now, and nothing waits. */
export async function scanned(on: WatchedShare): Promise<void> {
  const since = Date.now()
  await until('a scan with nothing left to do', async () => {
    const now = await status(on)
    return (now?.lastScanAt ?? 0) > since && now?.pending === 0
  })
}

/** Reasons by path of what was not taken. */
export async function refusals(on: WatchedShare): Promise<Record<string, string | undefined>> {
  const entries = await on.ports.catalog.shares.entries(on.share.id, { limit: 10_000 })
  return Object.fromEntries(
    entries
      .filter((entry) => entry.state === 'failed' || entry.state === 'refused')
      .map((entry) => [Buffer.from(entry.path).toString(), entry.reason]),
  )
}

function recordingLog(): Log & { lines: string[] } {
  const lines: string[] = []
  const line = (message: string, fields?: Record<string, unknown>) =>
    void lines.push(`${message} ${JSON.stringify(fields ?? {})}`)
  const log: Log & { lines: string[] } = {
    lines,
    info: line,
    warn: line,
    error: (message, fields) =>
      line(message, { ...fields, err: fields?.err instanceof Error ? fields.err.stack : '' }),
    child: () => log,
  }
  return log
}
