import { AppError } from '../errors.ts'
import type { LongWork, ModelWorkEnd, ModelWorkRow, Ports } from '../ports/index.ts'

/** Whoever does work on the shelf holds it this long from each sign of life, in milliseconds. */
export const WORK_LEASE_MS = 60_000
const TELL_MS = 500

/** What a piece of work found, for its row and the audit. */
export interface WorkOutcome {
  result?: Record<string, unknown>
  /** Models that are others now, or gone. */
  changed?: readonly string[]
  /** `model.add`, `model.import`, …, each of a model. */
  audit?: readonly { action: string; name: string; detail?: Record<string, unknown> }[]
}

/**
 * Does one piece of work that `worker` has taken: says how far it is, holds it meanwhile, and writes
 * down how it ended. Ends early when `signal` aborts or somebody else has it by now.
 *
 * @returns what it found
 * @throws whatever the work throws, after it was written down
 */
export async function doWork(
  { catalog, clock }: Pick<Ports, 'catalog' | 'clock'>,
  { row, worker, signal }: { row: ModelWorkRow; worker: string; signal: AbortSignal },
  work: (how: LongWork) => Promise<WorkOutcome>,
): Promise<WorkOutcome> {
  const lost = new AbortController()
  const at = { done: row.done, total: row.total }
  const tell = async () => {
    const now = clock.now()
    const held = { ...at, until: now + WORK_LEASE_MS, now }
    if (!(await catalog.modelWork.progress(row.id, worker, held))) lost.abort(taken())
  }
  // A failure to tell is one to hold: the work must not go on unseen.
  const timer = setInterval(() => void tell().catch((cause) => lost.abort(cause)), TELL_MS)
  const end = (how: ModelWorkEnd) => catalog.modelWork.end(row.id, worker, how, clock.now())
  try {
    const outcome = await work({
      signal: AbortSignal.any([signal, lost.signal]),
      onProgress: (done, total) => Object.assign(at, { done, total }),
    })
    clearInterval(timer)
    await tell()
    await end({ state: 'done', ...endOf(row, outcome, clock.now()) })
    return outcome
  } catch (cause) {
    clearInterval(timer)
    // Told to stop: whoever comes next goes on at once.
    if (signal.aborted) {
      const now = clock.now()
      await catalog.modelWork.progress(row.id, worker, { ...at, until: now, now })
    } else await end(failureOf(cause))
    throw cause
  } finally {
    clearInterval(timer)
  }
}

const taken = () =>
  new AppError('conflict', 'Another process has taken over the work on the models.', {
    reason: 'MODELS_BUSY',
  })

function endOf(row: ModelWorkRow, { result, changed, audit = [] }: WorkOutcome, at: number) {
  return {
    ...(result && { result }),
    ...(changed && { changed }),
    audit: audit.map(({ action, name, detail = {} }) => ({
      at,
      action,
      subject: `model:${name}`,
      detail,
      traceId: row.traceId,
      ...(row.userId !== undefined && { userId: row.userId }),
      ...(row.address !== undefined && { address: row.address }),
    })),
  }
}

/** A key that nobody knows is a question, all else a failure. */
function failureOf(cause: unknown): ModelWorkEnd {
  if (!(cause instanceof AppError)) {
    return { state: 'failed', message: 'Something went wrong on our side; the log says what.' }
  }
  const { reason, message, detail } = cause
  const said = {
    ...(reason !== undefined && { reason }),
    message,
    ...(detail && { result: detail }),
  }
  return { state: reason !== undefined && ASKS.has(reason) ? 'asks' : 'failed', ...said }
}

/** What a person may confirm, and it goes on. */
const ASKS: ReadonlySet<string> = new Set(['UNKNOWN_KEY', 'OLDER_MODEL'])
