import type { KeyRing, Ports } from '../ports/index.ts'
import { headText } from './seal.ts'

/** A file on the box that heads are added to. */
export interface Anchors {
  /** Durable on return. */
  append(line: string): Promise<void>
  /** All of it; empty before the first. */
  read(): Promise<string>
}

/** What keeps the audit honest on this box. */
export interface Trail {
  ring: KeyRing
  anchors: Anchors
}

const EVERY_MS = 15 * 60_000

/**
 * Tells the log where the chain is: now, every quarter of an hour, and at the end. journald and syslog
 * are out of reach of whoever has the catalog alone; the file of anchors is there for comparison.
 */
export async function keepAnchored(
  ports: Pick<Ports, 'catalog' | 'clock' | 'log'>,
  anchors: Anchors,
  signal: AbortSignal,
): Promise<void> {
  await anchor(ports, anchors, 'start')
  while (!signal.aborted) {
    await ports.clock.sleep(EVERY_MS, signal)
    await anchor(ports, anchors, signal.aborted ? 'stop' : 'interval')
  }
}

async function anchor(
  { catalog, clock, log }: Pick<Ports, 'catalog' | 'clock' | 'log'>,
  anchors: Anchors,
  when: 'start' | 'interval' | 'stop',
): Promise<void> {
  try {
    const head = await catalog.journal.auditHead()
    if (!head) return
    log.info('Audit head.', { head: headText(head), when })
    await anchors.append(JSON.stringify({ at: clock.now(), head: headText(head), when }))
  } catch (err) {
    log.error('The head of the audit could not be written down; it is tried again.', { err })
  }
}

/** The last line that is whole; undefined before the first. */
export function lastAnchor(text: string): { at: number; head: string } | undefined {
  const line = text.trimEnd().split('\n').at(-1) ?? ''
  const [, at, head] = /"at":(\d+),"head":"(ofh1[^"]+)"/.exec(line) ?? []
  return at !== undefined && head !== undefined ? { at: Number(at), head } : undefined
}
