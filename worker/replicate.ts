import { backoffMs } from '../core/backoff.ts'
import type { Ports, Provider } from '../core/ports/index.ts'
import { type CopyOptions, copyNext } from '../core/replica/copy-content.ts'
import { queueAll } from '../core/replica/queue-all.ts'
import { removeCopies } from '../core/replica/remove-copies.ts'
import { restoreContent } from '../core/replica/restore-content.ts'

export interface ReplicationOptions extends CopyOptions {
  /** Copies that are under way at one store at the same time. */
  lanes: number
}

type Stores = Pick<Ports, 'blobs' | 'catalog' | 'clock' | 'log' | 'providers'>

/** How long an idle lane waits before it looks again. */
const IDLE_MS = 1_000
/** How often what is rare is looked for. */
const TIDY_MS = 30_000
/** A store that fails is left alone for up to this long, however much waits for it. */
const TROUBLE = { firstMs: 1_000, longestMs: 5 * 60_000 }
const RESTORED_TOGETHER = 20

/**
 * Keeps every further store a copy of all contents, and mends damaged ones from there, until `signal`
 * aborts. A store that is down holds up nothing but its own copies.
 */
export async function runReplication(ports: Stores, options: ReplicationOptions): Promise<void> {
  const { providers } = ports
  await untilDone(ports, options.signal, () =>
    ports.catalog.copies.enrol(providers.map(({ name }) => name)),
  )
  if (providers.length === 0) return
  await Promise.all([
    ...providers.map((provider) => keepStore(ports, provider, options)),
    repeat(ports, options.signal, () => restoreDamaged(ports)),
  ])
}

async function keepStore(
  ports: Stores,
  provider: Provider,
  options: ReplicationOptions,
): Promise<void> {
  const { signal } = options
  await untilDone(ports, signal, () => queueAll(ports, provider.name, signal))
  const lanes = Array.from({ length: options.lanes }, () => runLane(ports, provider, options))
  const tidy = repeat(ports, signal, () => removeCopies(ports, provider, signal))
  await Promise.all([...lanes, tidy])
}

async function runLane(
  ports: Stores,
  provider: Provider,
  options: ReplicationOptions,
): Promise<void> {
  const { clock, log } = ports
  let failures = 0
  while (!options.signal.aborted) {
    const done = await copyNext(ports, provider, options).catch((failure: unknown) => ({ failure }))
    const failure = done && 'failure' in done ? done.failure : undefined
    failures = failure === undefined ? 0 : failures + 1
    if (failure !== undefined) {
      log.warn('A copy could not be made or read back.', { provider: provider.name, err: failure })
      await clock.sleep(backoffMs(failures, TROUBLE), options.signal)
    }
    if (!done) await clock.sleep(IDLE_MS, options.signal)
  }
}

async function restoreDamaged(ports: Stores): Promise<void> {
  for (const digest of await ports.catalog.copies.restorable(RESTORED_TOGETHER)) {
    const provider = await restoreContent(ports, digest)
    if (provider) ports.log.warn('A damaged content was restored from a copy.', { provider })
  }
}

/** Does `work` again and again, with pauses, whatever becomes of it. */
async function repeat(
  { clock, log }: Stores,
  signal: AbortSignal,
  work: () => Promise<unknown>,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await work()
    } catch (err) {
      log.warn('Looking after the copies failed; it is tried again.', { err })
    }
    await clock.sleep(TIDY_MS, signal)
  }
}

async function untilDone(
  { clock, log }: Stores,
  signal: AbortSignal,
  work: () => Promise<unknown>,
): Promise<void> {
  for (let failures = 1; !signal.aborted; failures++) {
    try {
      await work()
      return
    } catch (err) {
      log.warn('Looking after the copies failed; it is tried again.', { err })
      await clock.sleep(backoffMs(failures, TROUBLE), signal)
    }
  }
}
