import { Worker } from 'node:worker_threads'
import { AppError } from '../errors.ts'
import type { ComparisonPage, Slice } from './comparison.ts'
import type { ComparisonNews, ComparisonOrder } from './comparison-thread.ts'

/** What is compared, and how its bytes are had if they are needed. */
export interface Compared {
  /** The same for the same two texts read by the same people; never the content's own name. */
  key: string
  slice: Slice
  /** Both extractions as they lie in the blob store. Asked for when the comparison is not kept. */
  load(): Promise<{ from: Uint8Array; to: Uint8Array }>
}

/**
 * Compares texts in a thread of its own, one after the other, so that nobody else waits for them. The
 * last ones are kept for a while, for whoever reads on.
 */
export interface Comparer {
  /** @throws AppError `unavailable` (reasons `COMPARE_BUSY`, `COMPARE_LIMIT`) */
  page(compared: Compared): Promise<ComparisonPage>
  close(): Promise<void>
}

export interface ComparerLimits {
  /** A comparison that takes longer is given up, in milliseconds. */
  timeMs: number
  memoryBytes: number
  /** Orders that may wait. */
  queue: number
  /** After so long without an order the thread ends, and what it keeps goes. */
  idleMs: number
}

const MIB = 2 ** 20

export const COMPARER_LIMITS: ComparerLimits = {
  timeMs: 30_000,
  memoryBytes: 1024 * MIB,
  queue: 32,
  idleMs: 120_000,
}

type Unnumbered = Omit<ComparisonOrder, 'id'>

interface Waiting {
  resolve(news: ComparisonNews): void
  reject(error: Error): void
}

/** Started with the first order, and again after one that ended it. */
export function threadComparer(limits: ComparerLimits = COMPARER_LIMITS): Comparer {
  let worker: Worker | undefined
  let idle: NodeJS.Timeout | undefined
  let current: Waiting | undefined
  let waiting = 0
  let line: Promise<unknown> = Promise.resolve()
  let lastId = 0

  const started = (): Worker => {
    if (worker) return worker
    const thread = new Worker(new URL('./comparison-thread.ts', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: limits.memoryBytes / MIB },
    })
    const ended = (cause: unknown) => {
      // One that ends by an error is told twice, and by then another may be at work.
      if (worker !== thread) return
      worker = undefined
      current?.reject(tooMuch(cause))
    }
    thread.unref()
    thread.on('message', (news: ComparisonNews) => current?.resolve(news))
    thread.on('error', ended)
    thread.on('exit', ended)
    worker = thread
    return thread
  }
  const end = async () => {
    clearTimeout(idle)
    const thread = worker
    worker = undefined
    current?.reject(tooMuch('closed'))
    await thread?.terminate()
  }
  const ask = async (order: Unnumbered): Promise<ComparisonNews> => {
    const thread = started()
    const limit = setTimeout(() => void thread.terminate(), limits.timeMs)
    try {
      return await new Promise<ComparisonNews>((resolve, reject) => {
        current = { resolve, reject }
        thread.postMessage({ ...order, id: ++lastId })
      })
    } finally {
      clearTimeout(limit)
      current = undefined
    }
  }
  const pageOf = async ({ key, slice, load }: Compared): Promise<ComparisonPage> => {
    clearTimeout(idle)
    try {
      const kept = await ask({ key, slice })
      const news = 'isUnknown' in kept ? await ask({ key, slice, packed: await load() }) : kept
      if ('page' in news) return news.page
      throw new Error('error' in news ? news.error : 'a comparison was not kept')
    } finally {
      idle = setTimeout(() => void end(), limits.idleMs)
      idle.unref()
    }
  }

  return {
    async page(compared) {
      if (waiting >= limits.queue) throw busy()
      waiting++
      const turn = line.then(() => pageOf(compared))
      line = turn.catch(() => undefined)
      try {
        return await turn
      } finally {
        waiting--
      }
    },
    close: end,
  }
}

const busy = () =>
  new AppError(
    'unavailable',
    'Many versions are being compared just now. Please try again in a moment.',
    {
      reason: 'COMPARE_BUSY',
      retryAfterMs: 5_000,
    },
  )

const tooMuch = (cause: unknown) =>
  new AppError(
    'unavailable',
    'These versions are too large to be compared here. Download both and compare them with a program of yours.',
    {
      reason: 'COMPARE_LIMIT',
      cause,
    },
  )
