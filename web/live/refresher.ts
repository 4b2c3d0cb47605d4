import type { LiveEvent } from './event.ts'

/** Kinds after which nothing on the screen is sure to be right. */
type Whole = 'rights' | 'resync'

/** First words of the query keys that an event makes stale. */
const STALE: Record<Exclude<LiveEvent['kind'], Whole>, readonly string[]> = {
  job: ['jobs', 'job-stats'],
  document: ['documents', 'folders', 'books', 'search'],
  upload: ['ended-uploads'],
  share: ['shares', 'share-entries'],
  alarm: ['alarms'],
}

/** What shows how far documents are understood. */
const UNDERSTOOD = ['documents', 'search']

/** Stale query keys: prefixes, or everything. */
export type Stale = readonly (readonly string[])[] | 'everything'

/** Gathers events and tells what to load again, at most once per `intervalMs`. */
export interface Refresher {
  add(event: LiveEvent): void
  stop(): void
}

/**
 * A thousand files that arrive at once are a thousand events, and one reload of the list a second.
 */
export function refresher(intervalMs: number, refresh: (stale: Stale) => void): Refresher {
  const keys = new Map<string, readonly string[]>()
  let everything = false
  let timer: ReturnType<typeof setTimeout> | undefined

  const mark = (...key: string[]) => keys.set(key.join(' '), key)
  const flush = () => {
    timer = undefined
    const stale: Stale = everything ? 'everything' : [...keys.values()]
    keys.clear()
    everything = false
    refresh(stale)
  }
  return {
    add(event) {
      if (event.kind === 'resync' || event.kind === 'rights') everything = true
      else {
        for (const key of STALE[event.kind]) mark(key)
        if (event.documentId !== undefined) mark('document', event.documentId)
        if (event.ended) for (const key of UNDERSTOOD) mark(key)
      }
      if (everything || keys.size > 0) timer ??= setTimeout(flush, intervalMs)
    },
    stop() {
      clearTimeout(timer)
      timer = undefined
    },
  }
}
