import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import Sqlite from 'better-sqlite3'
import { memoryBlobStore } from '../adapters/memory/blob-store.ts'
import { memoryVectorIndex } from '../adapters/memory/vector-index.ts'
import { sqlCatalog } from '../adapters/sql/catalog.ts'
import type { Timing } from '../bench/privacy-stats.ts'
import type { Digest } from '../core/digest.ts'
import { newId, newTraceId } from '../core/ids.ts'
import { commitStaged } from '../core/ingest/commit-version.ts'
import { settleArrivals } from '../core/ingest/settle.ts'
import { STEPS, type Step } from '../core/model/job.ts'
import { linkStep } from '../core/pipeline/link.ts'
import {
  CHUNK_STEP,
  EMBED_STEP,
  EXTRACT_STEP,
  INDEX_STEP,
  PREVIEW_STEP,
  queued,
} from '../core/pipeline/order.ts'
import type { StepDefinition } from '../core/pipeline/step.ts'
import type { Log, Ports } from '../core/ports/index.ts'
import { runWorker } from '../worker/loop.ts'
import { alarmOf, runReplays } from '../worker/replay.ts'
import { testKeys } from './test-keys.ts'
import { virtualClock } from './virtual-clock.ts'

const LANES = 2
const LEASE_MS = 60_000
/** Long enough that all is ready, whatever waits. */
const QUIET_MS = 120_000
const log = { info() {}, warn() {}, error() {}, child: () => log } as Log

/** What comes next after each step. */
const NEXT: Partial<Record<Step, StepDefinition['step'][]>> = {
  probe: ['extract', 'preview'],
  extract: ['chunk'],
  chunk: ['embed'],
  embed: ['index'],
}
const QUEUED = [EXTRACT_STEP, CHUNK_STEP, EMBED_STEP, INDEX_STEP, PREVIEW_STEP]
/** Shortest and longest that a step takes, in milliseconds. */
const TAKES: Partial<Record<Step, [number, number]>> = {
  probe: [15, 60],
  extract: [40, 2_000],
  chunk: [5, 40],
  embed: [30, 900],
  index: [5, 50],
  preview: [60, 600],
}

/**
 * Brings `files` contents, and then in random order each of them again elsewhere, as a second copy,
 * and as many that nobody has; through the real queue, worker and settling, in virtual time. A file
 * comes every `everyMs` on average.
 */
export async function replayTimes(
  folder: string,
  { files, everyMs, random }: { files: number; everyMs: number; random: () => number },
): Promise<Timing> {
  const path = join(folder, 'catalog.sqlite')
  const catalog = sqlCatalog(path, testKeys)
  await catalog.migrate()
  // Lanes, replays and who brings the files.
  const clock = virtualClock(LANES + 2)
  const blobs = memoryBlobStore()
  const ports = { catalog, clock, blobs, log, index: memoryVectorIndex() } as unknown as Ports
  const userId = newId()
  const user = { id: userId, username: 'u', displayName: 'u', createdAt: 0 }
  await catalog.people.createUser({ ...user, orgRole: 'member' })
  const theirs = await addChapter(ports, 'Theirs')
  const mine = await addChapter(ports, 'Mine')

  const pairs = new Map<Digest, number>()
  const put = async ({ content, pair }: Content, chapterId: string): Promise<string> => {
    await clock.sleep(Math.round(-Math.log(1 - random()) * everyMs))
    const staged = await blobs.stage(once(content), undefined)
    const versionId = newId()
    pairs.set(staged.digest, pair)
    await commitStaged(ports, staged, {
      versionId,
      jobId: newId(),
      documentId: newId(),
      chapterId,
      folder: '',
      name: `${versionId}.txt`,
      onConflict: 'keep_both',
      digest: staged.digest,
      sizeBytes: staged.sizeBytes,
      createdBy: userId,
      door: 'web',
      traceId: newTraceId(),
      now: clock.now(),
    })
    await settleArrivals(ports)
    return versionId
  }

  const stop = new AbortController()
  const options = {
    worker: 'w',
    leaseMs: LEASE_MS,
    maxAttempts: 5,
    lanes: LANES,
    signal: stop.signal,
    alarm: alarmOf(ports, stop.signal),
  }
  const steps = stepsTaking(pairs)
  const working = Promise.all([runWorker(ports, steps, options), runReplays(ports, steps, options)])
  const contents = Array.from({ length: files }, (_, pair) => newContent(pair))
  for (const content of contents) await put(content, theirs)
  await clock.sleep(QUIET_MS)
  const fresh = new Set<string>()
  const known = new Set<string>()
  const uploads = [
    ...contents.map((content) => ({ content, of: known })),
    ...contents.map(({ pair }) => ({ content: newContent(pair), of: fresh })),
  ]
  for (const { content, of } of shuffled(uploads, random)) of.add(await put(content, mine))
  await clock.sleep(QUIET_MS)
  stop.abort()
  await working
  await catalog.close()
  const [unknown, others] = [readyAfter(path, fresh), readyAfter(path, known)]
  return { what: `a file every ${everyMs} ms`, unknown, known: others }
}

interface Content {
  content: Uint8Array
  /** Contents of a pair take equally long, so that nothing but what is measured differs. */
  pair: number
}

const newContent = (pair: number): Content => ({ content: randomBytes(16), pair })

/** Steps that only take their time, each pair of contents its own. */
function stepsTaking(pairs: ReadonlyMap<Digest, number>): Map<Step, StepDefinition> {
  const definition = (step: Step): StepDefinition => ({
    step,
    version: 1,
    priority: 1,
    lane: 'light',
    async run({ clock }, { digest }) {
      const [least, most] = TAKES[step] ?? [0, 0]
      const draw = seededRandom(10 * (pairs.get(digest) ?? 0) + STEPS.indexOf(step))()
      await clock.sleep(Math.round(least * (most / least) ** draw))
      const next = QUEUED.filter((each) => NEXT[step]?.includes(each.step)).map(queued)
      return { state: 'done', facts: {}, next }
    },
  })
  return new Map(STEPS.map((step) => [step, step === 'link' ? linkStep : definition(step)]))
}

async function addChapter({ catalog }: Ports, name: string): Promise<string> {
  const book = await catalog.library.createBook({ id: newId(), name, createdAt: 0 })
  const chapter = { id: newId(), bookId: book.id, name: 'Chapter', createdAt: 0 }
  return (await catalog.library.createChapter(chapter)).id
}

function readyAfter(path: string, versionIds: ReadonlySet<string>): number[] {
  const db = new Sqlite(path, { readonly: true })
  try {
    const statement = db.prepare('select linked_at - created_at from versions where id = ?').pluck()
    return [...versionIds].map((id) => {
      const ms = statement.get(id)
      if (typeof ms !== 'number') throw new Error('a file never became ready')
      return ms
    })
  } finally {
    db.close()
  }
}

function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const left = [...items]
  return items.flatMap(() => left.splice(Math.floor(random() * left.length), 1))
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

/** The same numbers between 0 and 1 for the same seed. (mulberry32) */
export function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
