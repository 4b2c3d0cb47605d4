import { execFile } from 'node:child_process'
import { cp, mkdir, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import Sqlite from 'better-sqlite3'
import { type RunningBox, startBox } from '../tests/flows/running-box.ts'

const run = promisify(execFile)

/** Somebody who takes a folder in. */
export interface FolderPeer {
  name: string
  /** What it does, and how its promise differs from ours. */
  does: string
  /**
   * Takes `folder` in, of `files` files, and again as it is; in seconds each. It may use `work`, an
   * empty folder of its own. Without a second figure there is no second time.
   */
  take(folder: string, work: string, files: number): Promise<{ first: number; again?: number }>
  stop?(): Promise<void>
}

/** The product; its worker stands still, and all of it while others are measured. */
export async function onefoldShare(): Promise<FolderPeer> {
  const box = await startBox({ ONEFOLD_SETTLE_MS: '0', ONEFOLD_SCAN_INTERVAL_MS: '1000' })
  const { server = 0, worker = 0, watcher = 0 } = await box.pids()
  const signal = (name: 'SIGSTOP' | 'SIGCONT') => {
    for (const pid of [server, watcher]) process.kill(pid, name)
  }
  process.kill(worker, 'SIGSTOP')
  signal('SIGSTOP')
  return {
    name: 'Onefold',
    does: 'SHA-256, synced, catalogued',
    async take(folder, work, files) {
      signal('SIGCONT')
      const taken = await takeByShare(box, { folder, work, files })
      signal('SIGSTOP')
      return taken
    },
    async stop() {
      signal('SIGCONT')
      process.kill(worker, 'SIGCONT')
      await box.stop()
    },
  }
}

interface ShareOut {
  id: string
  status: { mode: string; last_scan_at: number | null; last_scan_ms: number | null } | null
}

async function takeByShare(
  box: RunningBox,
  { folder, work, files }: { folder: string; work: string; files: number },
) {
  const books = await box.json<{ items: { chapters: { id: string }[] }[] }>('/api/v1/books')
  const body = { path: work, chapter_id: books.items[0]?.chapters[0]?.id ?? '', settle_ms: 0 }
  const share = await box.json<ShareOut>('/api/v1/shares', { method: 'POST', body })
  const state = async () => (await box.json<ShareOut>(`/api/v1/shares/${share.id}`)).status
  await until(async () => (await state())?.mode === 'events')
  const catalog = new Sqlite(join(box.dataDir, 'catalog.sqlite'), { readonly: true })
  const stored = catalog.prepare(`select count(*) from versions where door = 'share'`).pluck()
  const before = Number(stored.get())
  const start = performance.now()
  // The whole folder appears at once, as its files do for the others.
  await rename(folder, join(work, 'files'))
  await until(() => Number(stored.get()) - before === files)
  const first = (performance.now() - start) / 1000
  catalog.close()
  const again = await scanOf(state)
  await box.call(`/api/v1/shares/${share.id}`, { method: 'DELETE' })
  await rename(join(work, 'files'), folder)
  return { first, again }
}

/** How long a whole scan takes that begins now. */
async function scanOf(state: () => Promise<ShareOut['status']>): Promise<number> {
  const last = (await state())?.last_scan_at ?? 0
  // The one after the next: the next may have begun before all was stored.
  for (let scans = 0, at = last; scans < 2; scans++) {
    await until(async () => ((await state())?.last_scan_at ?? 0) > at)
    at = (await state())?.last_scan_at ?? 0
  }
  return ((await state())?.last_scan_ms ?? 0) / 1000
}

async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  for (const ends = performance.now() + 120_000; !(await holds()); await sleep(5)) {
    if (performance.now() > ends) throw new Error('it never happened')
  }
}

/** The others, as the distribution packages them. */
export const OTHERS: (FolderPeer & { program: string })[] = [
  {
    name: 'restic',
    program: 'restic',
    does: 'SHA-256 of chunks, encrypts, synced',
    async take(folder, work) {
      const env = { ...process.env, RESTIC_PASSWORD: 'bench', XDG_CACHE_HOME: join(work, 'cache') }
      const restic = (...args: string[]) =>
        run('restic', ['-q', '-r', join(work, 'repository'), ...args], { env })
      await restic('init')
      return twice(() => restic('backup', folder))
    },
  },
  {
    name: 'borg',
    program: 'borg',
    does: 'hash of chunks, compresses (lz4), synced',
    async take(folder, work) {
      const env = { ...process.env, BORG_BASE_DIR: work }
      const repository = join(work, 'repository')
      await run('borg', ['init', '-e', 'none', repository], { env })
      let number = 0
      return twice(() => run('borg', ['create', `${repository}::n${number++}`, folder], { env }))
    },
  },
  {
    name: 'git-annex',
    program: 'git-annex',
    does: 'SHA-256, moves the files into itself, commits',
    async take(folder, work) {
      const repository = join(work, 'repository')
      await cp(folder, repository, { recursive: true, preserveTimestamps: true })
      const env = { ...process.env, HOME: work }
      const git = (...args: string[]) => run('git', args, { cwd: repository, env })
      await git('init', '-q')
      await git('config', 'user.email', 'bench@localhost')
      await git('config', 'user.name', 'bench')
      await git('annex', 'init', '-q')
      let number = 0
      return twice(async () => {
        await git('annex', 'add', '-q', '.')
        await git('commit', '-q', '--allow-empty', '-m', `n${number++}`)
        await run('sync', ['-f', repository])
      })
    },
  },
  {
    name: 'rdfind',
    program: 'rdfind',
    does: 'finds duplicates by SHA-256, stores nothing',
    take: (folder, work) =>
      once(() => run('rdfind', ['-dryrun', 'true', '-checksum', 'sha256', folder], { cwd: work })),
  },
  {
    name: 'jdupes',
    program: 'jdupes',
    does: 'finds duplicates, stores nothing',
    take: (folder) => once(() => run('jdupes', ['-r', '-q', folder], { maxBuffer: 2 ** 26 })),
  },
  {
    name: 'cp -a, then sync',
    program: 'cp',
    does: 'no hash, no catalog, one sync',
    async take(folder, work) {
      const to = join(work, 'copy')
      await mkdir(to)
      return once(async () => {
        await run('cp', ['-a', folder, to])
        await run('sync', ['-f', to])
      })
    },
  },
]

async function once(work: () => Promise<unknown>): Promise<{ first: number }> {
  const start = performance.now()
  await work()
  return { first: (performance.now() - start) / 1000 }
}

async function twice(work: () => Promise<unknown>): Promise<{ first: number; again: number }> {
  const { first } = await once(work)
  const { first: again } = await once(work)
  return { first, again }
}
