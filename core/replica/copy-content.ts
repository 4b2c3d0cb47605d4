import { backoffMs } from '../backoff.ts'
import { hashing } from '../digest.ts'
import { AppError, codeOf, hasSystemCode } from '../errors.ts'
import type { CopyJob, Ports, Provider } from '../ports/index.ts'

type Stores = Pick<Ports, 'blobs' | 'catalog' | 'clock'>

export interface CopyOptions {
  /** How long a job may be silent before it is given to another, in milliseconds. */
  leaseMs: number
  /** A copy is read back again after this long, in milliseconds; 0 for never. */
  recheckMs: number
  signal: AbortSignal
}

/** Tries after which a store that gives back other bytes than it got is left alone. */
const MOST_TRIES = 6
const DELAYS = { firstMs: 2_000, longestMs: 60 * 60_000 }
/** Looks that are never due. */
const NEVER = Number.MAX_SAFE_INTEGER

/**
 * Does what is due longest at `provider`: copies a content, or reads a copy back. Either way it is
 * our own hash of what comes back that makes the copy count.
 *
 * @returns what became of it, undefined when nothing is due
 */
export async function copyNext(
  ports: Stores,
  provider: Provider,
  options: CopyOptions,
): Promise<{ failure?: unknown } | undefined> {
  const { catalog, clock } = ports
  const job = await catalog.copies.take(provider.name, options.leaseMs, clock.now())
  if (!job) return undefined
  const lease = keepLease(ports, job, options.leaseMs)
  const stop = AbortSignal.any([lease.lost, options.signal])
  try {
    const sent = job.state === 'waiting' ? await send(ports, { provider, job, stop }) : undefined
    await readBack({ provider, job, stop })
    const now = clock.now()
    const nextLookAt = options.recheckMs > 0 ? now + options.recheckMs : NEVER
    await catalog.copies.verified(job, { nextLookAt, ...(sent && { sent }) }, now)
    return {}
  } catch (failure) {
    if (!lease.lost.aborted) await giveBack(ports, job, failure)
    return { failure }
  } finally {
    lease.end()
  }
}

async function giveBack({ catalog, clock }: Stores, job: CopyJob, failure: unknown): Promise<void> {
  const now = clock.now()
  const isFinal = codeOf(failure) === 'digest_mismatch' && job.attempts >= MOST_TRIES
  const error = failure instanceof Error ? failure.message : String(failure)
  const runAt = now + backoffMs(job.attempts, DELAYS)
  // A store that did not answer says nothing of the copy it has.
  const isUnseen = job.state === 'stored' && !SAYS_IT_IS_BAD.has(codeOf(failure))
  if (isUnseen) await catalog.copies.postponed(job, { error, runAt }, now)
  else await catalog.copies.failed(job, { error, ...(!isFinal && { runAt }) }, now)
}

const SAYS_IT_IS_BAD: ReadonlySet<string> = new Set(['digest_mismatch', 'not_found'])

interface Work {
  provider: Provider
  job: CopyJob
  stop: AbortSignal
}

/** Sends the content, hashing it: bytes that are damaged here are not made a copy of. */
async function send(
  { blobs, catalog, clock }: Stores,
  { provider, job, stop }: Work,
): Promise<{ checksum: string; tookMs: number }> {
  const start = clock.monotonic()
  const bytes = hashing(unless(stop, blobs.read(job.path)))
  const source = (async function* () {
    try {
      yield* bytes
    } catch (cause) {
      // May say more of a disk or a mount than of the file: the scrub tells the two apart.
      const isUnreadable = codeOf(cause) === 'not_found' || hasSystemCode(cause, 'EIO')
      throw isUnreadable ? unreadHere(cause) : cause
    }
  })()
  const checksum = await provider.put(job.key, source, job.sizeBytes)
  if (bytes.digest() === job.digest) return { checksum, tookMs: clock.monotonic() - start }
  await catalog.blobs.markDamaged(job.blobId)
  throw new AppError('unavailable', 'The bytes of this content are damaged here.')
}

const unreadHere = (cause: unknown) =>
  new AppError('unavailable', 'The bytes of this content could not be read here.', { cause })

async function readBack({ provider, job, stop }: Work): Promise<void> {
  const bytes = hashing(unless(stop, provider.read(job.key)))
  for await (const _ of bytes);
  if (bytes.size() === job.sizeBytes && bytes.digest() === job.digest) return
  throw new AppError('digest_mismatch', 'The store gave back other bytes than it got.')
}

/** Passes chunks through until `stop` aborts, and ends with an error then. */
async function* unless(stop: AbortSignal, source: AsyncIterable<Uint8Array>) {
  for await (const chunk of source) {
    stop.throwIfAborted()
    yield chunk
  }
}

/** Extends the lease in time; `lost` aborts when somebody else may have the job. */
function keepLease({ catalog, clock }: Stores, job: CopyJob, leaseMs: number) {
  const lost = new AbortController()
  let heldSinceMs = clock.monotonic()
  const beat = async () => {
    const startedMs = clock.monotonic()
    try {
      if (!(await catalog.copies.extend(job, leaseMs, clock.now()))) return lost.abort()
      heldSinceMs = startedMs
    } catch (cause) {
      // A catalog that is busy for a while costs nothing; one that is silent for the lease does.
      if (clock.monotonic() - heldSinceMs >= leaseMs) lost.abort(cause)
    }
  }
  const timer = setInterval(() => void beat(), leaseMs / 4)
  return { lost: lost.signal, end: () => clearInterval(timer) }
}
