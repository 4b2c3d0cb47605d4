import type { Ports, Span } from '../core/ports/index.ts'
import { allowance } from './allowance.ts'

/** Spans are written this long after they ended, many in one commit; in milliseconds. */
const DELAY_MS = 200
/** A flood of requests must not become a flood of rows. */
const ALLOWED = { burst: 5_000, perSecond: 200 }

/** Finished requests on their way into the catalog. */
export interface Spans {
  /** Beyond what is allowed it is left out, and counted. */
  add(span: Span): void
  /** Resolves when everything added so far is written, or could not be. */
  flush(): Promise<void>
}

/**
 * Collects spans and writes them in batches: a commit of its own for each would cost every request a
 * disk sync. What a crash takes are the spans of its last moments.
 */
export function spanWriter(
  { catalog, clock, log }: Pick<Ports, 'catalog' | 'clock' | 'log'>,
  onLeftOut: () => void,
): Spans {
  const mayAdd = allowance(clock, ALLOWED)
  let waiting: Span[] = []
  let timer: NodeJS.Timeout | undefined
  let writing = Promise.resolve()
  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    const batch = waiting
    waiting = []
    if (batch.length > 0) {
      writing = writing
        .then(() => catalog.journal.traces(batch))
        .catch((err) => log.error('Traces could not be written.', { err, count: batch.length }))
    }
    return writing
  }
  return {
    add(span) {
      if (!mayAdd()) return onLeftOut()
      waiting.push(span)
      timer ??= setTimeout(flush, DELAY_MS).unref()
    },
    flush,
  }
}
