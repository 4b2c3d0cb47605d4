import type { Digest } from '../digest.ts'
import { AppError } from '../errors.ts'
import { EMBED_STEP, PICTURE_STEP } from '../pipeline/order.ts'
import type { Ports, SpaceRow } from '../ports/index.ts'
import { openBuilder } from './builder.ts'
import { giveUp } from './embed-content.ts'

const PAGE = 200
/** Contents that leave a dropped space in one transaction. */
const FORGET = 500
/** A content that failed so often does not keep the others from being switched to. */
const TRIES = 3
/** It is the box that has to be waited for, not the file. */
const PASSING = new Set(['unavailable', 'storage_full'])

/** How a filler is stopped and slowed down, and what it has learnt so far. */
export interface Filling {
  signal: AbortSignal
  /** Waits as long as everybody else needs it to, after work that took `tookMs`. */
  breathe(tookMs: number): Promise<void>
  /** Tries by space and content; kept between rounds. */
  tries: Map<string, number>
  /** Dropped spaces whose tables are gone. */
  cleared: Set<string>
}

/**
 * One round of what keeps the spaces full: removes what was dropped, embeds what a space under
 * construction lacks, content by content, and has it answer when it lacks nothing. Can be cut off
 * anywhere; the next round goes on with what is missing then.
 *
 * @returns how many contents were embedded or given up; 0 when nothing is left to do
 */
export async function fillSpaces(ports: Ports, filling: Filling): Promise<number> {
  let worked = 0
  for (const space of await ports.catalog.spaces.list()) {
    if (filling.signal.aborted) break
    if (space.state === 'dropped') await clear(ports, space, filling)
    else filling.cleared.delete(space.id)
    if (space.state === 'building') worked += await build(ports, space, filling)
  }
  return worked
}

/**
 * Queues the step again for contents that the active spaces lack: they were embedded in the space
 * before while it was switched, or arrived when there was no model. Reads through all contents.
 *
 * @returns how many
 */
export async function completeActive(
  ports: Pick<Ports, 'catalog' | 'clock' | 'embedder' | 'pictures'>,
  signal: AbortSignal,
): Promise<number> {
  const own = [ports.embedder.space.id, ports.pictures?.space.id]
  let queued = 0
  for (const space of await ports.catalog.spaces.list()) {
    // While this process has not changed over, the step would embed in the space before.
    if (space.state !== 'active' || !own.includes(space.id)) continue
    const { step, version } = space.kind === 'text' ? EMBED_STEP : PICTURE_STEP
    await forEachMissing(ports, space, signal, async (digest) => {
      await ports.catalog.jobs.requeue(step, version, digest, ports.clock.now())
      queued++
    })
  }
  return queued
}

async function clear(
  { catalog, index }: Pick<Ports, 'catalog' | 'index'>,
  { id }: SpaceRow,
  { cleared, signal }: Filling,
): Promise<void> {
  while (!signal.aborted && (await catalog.spaces.forget(id, FORGET)) > 0);
  if (cleared.has(id)) return
  await index.drop(id)
  cleared.add(id)
}

async function build(ports: Ports, space: SpaceRow, filling: Filling): Promise<number> {
  const { clock } = ports
  const builder = await openBuilder(ports, space)
  let worked = 0
  try {
    await forEachMissing(ports, space, filling.signal, async (digest) => {
      const began = clock.monotonic()
      await attempt(ports, { space, digest, filling, run: builder.build })
      worked++
      await filling.breathe(clock.monotonic() - began)
    })
  } finally {
    await builder.close()
  }
  if (worked === 0 && !filling.signal.aborted) await finish(ports, space)
  return worked
}

async function attempt(
  ports: Ports,
  {
    space,
    digest,
    filling,
    run,
  }: {
    space: SpaceRow
    digest: Digest
    filling: Filling
    run(digest: Digest, signal: AbortSignal): Promise<void>
  },
): Promise<void> {
  const key = `${space.id}:${digest}`
  try {
    await run(digest, filling.signal)
    filling.tries.delete(key)
  } catch (cause) {
    if (filling.signal.aborted || (cause instanceof AppError && PASSING.has(cause.code))) {
      throw cause
    }
    const tries = (filling.tries.get(key) ?? 0) + 1
    filling.tries.set(key, tries)
    ports.log.warn('A content was not embedded in a new space.', { space: space.id, err: cause })
    if (tries < TRIES) return
    filling.tries.delete(key)
    const message = cause instanceof AppError ? cause.message : 'Something went wrong on our side.'
    await giveUp(ports, { spaceId: space.id, digest }, message)
  }
}

/** Nobody may have changed their mind since the round began. */
async function finish(ports: Ports, space: SpaceRow): Promise<void> {
  const { catalog, clock, log } = ports
  const now = (await catalog.spaces.list()).find(({ id }) => id === space.id)
  if (now?.state !== 'building') return
  await catalog.spaces.activate(space.id, clock.now())
  log.info('A space is complete, and answers from now on.', { space: space.id })
}

async function forEachMissing(
  { catalog }: Pick<Ports, 'catalog'>,
  space: SpaceRow,
  signal: AbortSignal,
  work: (digest: Digest) => Promise<void>,
): Promise<void> {
  let after: string | undefined = ''
  while (after !== undefined && !signal.aborted) {
    const page = await catalog.spaces.missing(space, after, PAGE)
    for (const digest of page.digests) {
      if (signal.aborted) return
      await work(digest)
    }
    after = page.last
  }
}
