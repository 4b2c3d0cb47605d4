import { Buffer } from 'node:buffer'
import { CLOSED_BOOKS } from '../core/leaving/embed-elsewhere.ts'
import type { Ports } from '../core/ports/index.ts'
import type { DiskRule } from '../core/upkeep/disk-room.ts'
import { directoryChecks } from './directory-check.ts'
import { type Check, storeChecks } from './store-checks.ts'

type Checked = Pick<Ports, 'catalog' | 'blobs' | 'index' | 'embedder' | 'kv' | 'providers'> &
  Partial<Pick<Ports, 'clock' | 'directory'>>

/**
 * What the box does all its work without, or the most of it: without an embedder, files are kept and
 * words are found, and what is to be embedded waits.
 */
const isDispensable = (name: string) =>
  [
    'embedder',
    'kv',
    'store',
    'contents',
    'audit',
    'disk',
    'sandbox',
    'ollama',
    'directory',
  ].includes(name) || name.startsWith(PROVIDER)

/** How the names of further stores begin. */
const PROVIDER = 'store:'

/** A dependency that has not answered by then counts as failing, in milliseconds. */
const PATIENCE_MS = 5_000

/** What stands around the readers of files, and what it lacks. */
export interface Walls {
  kind: 'bwrap' | 'socket' | 'none'
  lack?: string
}

/** Where the data lies, what is to stay free there, and what stands around the readers of files. */
interface Place {
  dataDir: string
  disk: DiskRule
  sandbox?: () => Promise<Walls>
  /** Asks the Ollama of the configuration, where there is one. */
  ollama?: () => Promise<unknown>
}

/** Asks every dependency whether it does its work, all at once, and the store how it is. */
export async function checks(ports: Checked, place: Place): Promise<Check[]> {
  const { catalog, blobs, index, embedder, kv, providers } = ports
  const work: Record<string, () => Promise<unknown>> = {
    catalog: () => catalog.check(),
    blobs: async () => {
      await blobs.check()
      const staged = await blobs.stage(oneByte())
      await staged.discard()
    },
    index: () => index.count(),
    embedder: async () => {
      // Asking one elsewhere would send something there.
      if (!embedder.leavesTheHouse) return embedder.embed(['ready'])
      if (!(await catalog.leaving.isAllowed('all'))) throw new Error(CLOSED_BOOKS)
      return undefined
    },
    kv: () => kv.check(),
  }
  const { sandbox, ollama } = place
  if (ollama) work.ollama = ollama
  for (const provider of providers) work[PROVIDER + provider.name] = () => provider.check()
  const [asked, walls, store] = await Promise.all([
    Promise.all(Object.entries(work).map(([name, each]) => check(name, each))),
    sandbox && wallsCheck(sandbox),
    // Where the catalog does not answer, it cannot tell of the store either.
    Promise.all([storeChecks(ports, place), directoryChecks(ports)]).catch(() => []),
  ])
  return [...asked, ...(walls ? [walls] : []), ...store.flat()]
}

/** Walls without their filter of system calls do their work, and somebody should know. */
async function wallsCheck(sandbox: () => Promise<Walls>): Promise<Check> {
  let lack: string | undefined
  const asked = await check('sandbox', async () => {
    const walls = await sandbox()
    requireWalls(walls)
    lack = walls.lack
  })
  return lack === undefined ? asked : { ...asked, warns: true, message: lack }
}

function requireWalls({ kind }: Walls): void {
  if (kind !== 'none') return
  throw new Error(
    'Files are read without a sandbox: a hostile one may do what this box may. apt-get install bubblewrap, and take ONEFOLD_SANDBOX=none away',
  )
}

/** An answer is good for this long, in milliseconds: everybody may ask, and asking costs a sync. */
const FRESH_MS = 2_000

export interface Readiness {
  /** `degraded`: something does not answer that everything can be done without. */
  status: 'ok' | 'degraded' | 'failing'
  checks: Record<string, string>
}

/** The same for monitors, by name; what exactly is wrong is for administrators. */
export function readiness(
  ports: Checked & Pick<Ports, 'clock'>,
  place: Place,
): () => Promise<Readiness> {
  let asked: Promise<Readiness> | undefined
  let askedAt = 0
  return () => {
    const now = ports.clock.monotonic()
    if (!asked || now - askedAt >= FRESH_MS) {
      asked = ask(ports, place)
      askedAt = now
    }
    return asked
  }
}

async function ask(ports: Checked, place: Place): Promise<Readiness> {
  const all = await checks(ports, place)
  return {
    status: statusOf(all.filter(({ ok }) => !ok)),
    checks: Object.fromEntries(all.map(({ name, ok }) => [name, ok ? 'ok' : 'failing'])),
  }
}

const statusOf = (failing: readonly Check[]): Readiness['status'] => {
  if (failing.length === 0) return 'ok'
  return failing.every(({ name }) => isDispensable(name)) ? 'degraded' : 'failing'
}

async function check(name: string, work: () => Promise<unknown>): Promise<Check> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error('no answer in time')), PATIENCE_MS)
  try {
    await Promise.race([work(), late.promise])
    return { name, ok: true, warns: false, message: 'ok' }
  } catch (cause) {
    return {
      name,
      ok: false,
      warns: false,
      message: cause instanceof Error ? cause.message : String(cause),
    }
  } finally {
    clearTimeout(timer)
  }
}

async function* oneByte() {
  yield Buffer.from('.')
}
