import type { Ports } from '../core/ports/index.ts'

/** How often the catalog is asked for news while anybody listens, in milliseconds. */
const POLL_MS = 250

/** Why a listener wakes up. */
export type Wake = 'news' | 'rights' | 'quiet' | 'closed'

/** One live stream. Always left by `leave`. */
export interface Listener {
  /** Resolves at the next news or change of rights, or as `quiet` after `quietMs` without. */
  next(quietMs: number): Promise<Wake>
  leave(): void
}

/** Tells streams that there is something to look at; what it is they ask with their own rights. */
export interface EventFeed {
  listen(): Listener
  /** Somebody's rights may have changed: every stream looks at its own again. */
  rightsChanged(): void
  close(): void
}

/** One poller for all listeners, running only while there are any. */
export function eventFeed({ catalog, log }: Pick<Ports, 'catalog' | 'log'>): EventFeed {
  const listeners = new Set<(wake: Wake) => void>()
  let lastId: number | undefined
  let timer: NodeJS.Timeout | undefined
  let isClosed = false
  const tell = (wake: Wake) => {
    for (const listener of listeners) listener(wake)
  }
  const poll = async () => {
    try {
      const id = await catalog.journal.lastEventId()
      if (lastId !== undefined && id !== lastId) tell('news')
      lastId = id
    } catch (err) {
      log.warn('Events could not be read.', { err })
    }
    timer = listeners.size > 0 && !isClosed ? setTimeout(poll, POLL_MS).unref() : undefined
    if (!timer) lastId = undefined
  }
  return {
    listen() {
      const { wake, listener } = latch(isClosed)
      listeners.add(wake)
      timer ??= setTimeout(poll, 0).unref()
      const leave = () => {
        listeners.delete(wake)
        wake('closed')
      }
      return { next: listener, leave }
    },
    rightsChanged: () => tell('rights'),
    close() {
      isClosed = true
      clearTimeout(timer)
      tell('closed')
    },
  }
}

const URGENCY: Record<Wake, number> = { quiet: 0, news: 1, rights: 2, closed: 3 }

/** Remembers the most urgent call while nobody waits for it. */
function latch(isClosed: boolean) {
  let called: Wake | undefined = isClosed ? 'closed' : undefined
  let resolve: ((wake: Wake) => void) | undefined
  const wake = (why: Wake) => {
    if (resolve) {
      resolve(why)
      resolve = undefined
    } else if (!called || URGENCY[why] > URGENCY[called]) {
      called = why
    }
  }
  const listener = async (quietMs: number): Promise<Wake> => {
    if (called) {
      const now = called
      if (called !== 'closed') called = undefined
      return now
    }
    const quiet = setTimeout(() => wake('quiet'), quietMs)
    try {
      return await new Promise<Wake>((done) => {
        resolve = done
      })
    } finally {
      clearTimeout(quiet)
    }
  }
  return { wake, listener }
}
