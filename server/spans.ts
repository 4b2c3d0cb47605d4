import type { Ports, TraceRow } from '../core/ports/index.ts'

/** Spans are written this long after they ended, many in one commit; in milliseconds. */
const DELAY_MS = 200

/** Finished requests on their way into the catalog. */
export interface Spans {
  add(span: TraceRow): void
  /** Resolves when everything added so far is written, or could not be. */
  flush(): Promise<void>
}

/**
 * Collects spans and writes them in batches: a commit of its own for each would cost every request a
 * disk sync. What a crash takes are the spans of its last moments.
 */
export function spanWriter({ catalog, log }: Pick<Ports, 'catalog' | 'log'>): Spans {
  let waiting: TraceRow[] = []
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
      waiting.push(span)
      timer ??= setTimeout(flush, DELAY_MS).unref()
    },
    flush,
  }
}
