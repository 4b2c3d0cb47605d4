import type { AuditEntry, Ports } from '../core/ports/index.ts'

/** Readings are written this long after they began, many in one commit; in milliseconds. */
const DELAY_MS = 250
/** The same thing is read in many requests, by parts and pictures: one entry in this time. */
const SAME_MS = 10 * 60_000
/** Readings that are remembered for that. */
const MOST_KNOWN = 50_000
/** More that wait than this, and whoever reads waits for the disk. */
const MOST_WAITING = 2_000

/** What was handed out, on its way into the audit. */
export interface Readings {
  /**
   * Takes an entry without making the request wait for a disk. Acknowledged it is with the commit that
   * follows: a crash loses the readings of a quarter of a second, never a change. With `same`, an entry
   * that says so again within ten minutes is left out, unless it `begins` something of its own.
   */
  add(entry: AuditEntry, same?: string, begins?: boolean): Promise<void>
  /** Resolves when everything added so far is written. */
  flush(): Promise<void>
}

export function readings({
  catalog,
  clock,
  log,
}: Pick<Ports, 'catalog' | 'clock' | 'log'>): Readings {
  const known = new Map<string, number>()
  let waiting: AuditEntry[] = []
  let unwritten = 0
  let timer: NodeJS.Timeout | undefined
  let writing = Promise.resolve()

  async function write(batch: readonly AuditEntry[]): Promise<void> {
    try {
      await catalog.journal.auditAll([...gap(), ...batch])
      unwritten = 0
    } catch (err) {
      // Reading goes on while nothing can be written: the log keeps what the catalog cannot.
      log.error('Readings could not be written into the audit; they follow here.', { err })
      for (const entry of batch) log.warn('Read outside the audit.', { ...entry })
      unwritten += batch.length
    }
  }

  /** Says in the chain that some are in the log alone. */
  function gap(): AuditEntry[] {
    if (unwritten === 0) return []
    const detail = { entries: unwritten }
    return [{ at: clock.now(), action: 'audit.gap', subject: 'audit', detail, traceId: 'box' }]
  }

  function flush(): Promise<void> {
    clearTimeout(timer)
    timer = undefined
    const batch = waiting
    waiting = []
    if (batch.length > 0) writing = writing.then(() => write(batch))
    return writing
  }

  function isKnown(same: string): boolean {
    const now = clock.monotonic()
    const at = known.get(same)
    if (at !== undefined && now - at < SAME_MS) return true
    known.delete(same)
    known.set(same, now)
    if (known.size > MOST_KNOWN) known.delete(known.keys().next().value ?? '')
    return false
  }

  return {
    async add(entry, same, begins = false) {
      if (same !== undefined && isKnown(same) && !begins) return
      waiting.push(entry)
      timer ??= setTimeout(flush, DELAY_MS).unref()
      if (waiting.length > MOST_WAITING) await flush()
    },
    flush,
  }
}
