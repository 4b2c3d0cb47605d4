import { Worker } from 'node:worker_threads'
import type { Clock } from '../ports/index.ts'
import type { ProofNews, ProofOrder } from './proof-thread.ts'
import { bytesCovered, kindFor, type ProofKind } from './ranges.ts'

/** When an answer goes out, decided before anything is looked at. */
export interface Slot {
  /** Milliseconds from now to the answer, whatever it will be. */
  replyInMs: number
  /** False when the line or the budget is full: then nothing is read for this proof. */
  mayRead: boolean
}

export interface Budget {
  leftBytes: number
  mostBytes: number
  /** How fast it fills. */
  bytesPerSecond: number
}

type FileProof = Omit<Extract<ProofOrder, { fd: number }>, 'id' | 'until'>

/**
 * Checks proofs in a thread of its own, so that nobody else waits for them. Time and budget are given
 * out by the size of a file alone, whether or not anything will be read: neither tells the next in
 * line what the box knows.
 */
export interface Verifier {
  reserve(sizeBytes: number): Promise<Slot>
  /** The proof a true holder would give; undefined when it could not be had in `withinMs`. */
  proof(order: FileProof, withinMs: number): Promise<Uint8Array | undefined>
  budget(): Promise<Budget>
  /** Finds out how quickly this machine checks proofs, so that the first one need not wait for it. */
  warmUp(): Promise<void>
  close(): Promise<void>
}

const BASE_MS = 100
const STRATA_MS = 400
/** Whoever would have to wait longer than this is told to send the file instead. */
const MOST_WAIT_MS = 10_000
/** Of what this machine can read and check, this part goes to proofs. */
const BUDGET_SHARE = 0.25
const BUDGET_SECONDS = 60
/** One file of the largest size that is covered whole must fit. */
const LEAST_BUDGET_BYTES = 2 ** 30

/**
 * @param bytesPerSecond how quickly proofs are checked here; without it, measured when it is asked for
 */
export function threadVerifier(clock: Pick<Clock, 'monotonic'>, bytesPerSecond?: number): Verifier {
  const thread = proofThread()
  let rate: Promise<number> | undefined
  let freeAt = 0
  let budget: { left: number; at: number } | undefined

  const measure = async () => {
    const news = await thread.ask({ measure: true })
    return 'bytesPerSecond' in news ? news.bytesPerSecond : 0
  }
  const rateNow = async () => {
    rate ??= bytesPerSecond === undefined ? measure() : Promise.resolve(bytesPerSecond)
    try {
      return await rate
    } catch (cause) {
      rate = undefined
      throw cause
    }
  }
  const budgetAt = (now: number, perSecond: number): Budget => {
    const fill = perSecond * BUDGET_SHARE
    const most = Math.max(LEAST_BUDGET_BYTES, fill * BUDGET_SECONDS)
    const { left, at } = budget ?? { left: most, at: now }
    const leftBytes = Math.min(most, left + (fill * (now - at)) / 1000)
    return { leftBytes, mostBytes: most, bytesPerSecond: fill }
  }

  return {
    async reserve(sizeBytes) {
      const perSecond = await rateNow()
      const now = clock.monotonic()
      const kind = kindFor(sizeBytes)
      const ownMs = replyMs(kind, sizeBytes, perSecond / 2)
      const startsAt = Math.max(now, freeAt)
      const { leftBytes } = budgetAt(now, perSecond)
      const cost = bytesCovered(kind, sizeBytes)
      if (startsAt - now > MOST_WAIT_MS || leftBytes < cost) {
        return { replyInMs: ownMs, mayRead: false }
      }
      budget = { left: leftBytes - cost, at: now }
      freeAt = startsAt + ownMs
      return { replyInMs: freeAt - now, mayRead: true }
    },

    async proof(order, withinMs) {
      const news = await thread.ask({ ...order, until: Date.now() + withinMs })
      if ('error' in news && news.error !== undefined) throw new Error(news.error)
      return 'mac' in news && news.mac ? news.mac : undefined
    },

    budget: async () => budgetAt(clock.monotonic(), await rateNow()),
    async warmUp() {
      await rateNow()
    },

    close: () => thread.close(),
  }
}

/** @param bytesPerSecond half of what the machine can do, so that the check is over long before */
const replyMs = (kind: ProofKind, sizeBytes: number, bytesPerSecond: number): number =>
  kind === 'full' ? Math.ceil(BASE_MS + (sizeBytes * 1000) / bytesPerSecond) : STRATA_MS

type Unnumbered<T> = T extends unknown ? Omit<T, 'id'> : never

/** Started with the first order, and again after one that ended it. Answers in order. */
function proofThread() {
  const waiting = new Map<number, { resolve(news: ProofNews): void; reject(error: Error): void }>()
  let worker: Worker | undefined
  let lastId = 0

  const breakDown = (which: Worker, cause: unknown) => {
    if (worker !== which) return
    worker = undefined
    for (const each of waiting.values()) {
      each.reject(new Error('The thread that checks proofs ended.', { cause }))
    }
    waiting.clear()
  }
  const running = () => {
    if (worker) return worker
    const started = new Worker(new URL('./proof-thread.ts', import.meta.url))
    started.unref()
    started.on('message', (news: ProofNews) => {
      waiting.get(news.id)?.resolve(news)
      waiting.delete(news.id)
    })
    started.on('error', (cause) => breakDown(started, cause))
    started.on('exit', (code) => breakDown(started, code))
    worker = started
    return started
  }

  return {
    ask: (order: Unnumbered<ProofOrder>) =>
      new Promise<ProofNews>((resolve, reject) => {
        const id = ++lastId
        waiting.set(id, { resolve, reject })
        running().postMessage({ ...order, id })
      }),
    async close() {
      await worker?.terminate()
    },
  }
}
