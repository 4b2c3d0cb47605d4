/**
 * What the server tells as it happens; `rights` means that there may be more or less to see now,
 * `resync` that something may have been missed.
 */
export interface LiveEvent {
  kind: 'job' | 'document' | 'upload' | 'share' | 'alarm' | 'rights' | 'resync'
  /** Document that it concerns, when it concerns one. */
  documentId?: string
  /** A job came to its end: how far its document is understood may have changed. */
  ended?: true
}

const KINDS = ['job', 'document', 'upload', 'share', 'alarm', 'rights'] as const

/** Names of the server's events, to listen for. */
export const EVENT_NAMES: readonly string[] = KINDS

/** Reads one event of the stream. The payload says more; screens ask the API for the truth. */
export function readEvent(name: string, data: string): LiveEvent | undefined {
  const kind = KINDS.find((each) => each === name)
  if (!kind) return undefined
  const { document_id: documentId, state } = payloadOf(data)
  return {
    kind,
    ...(typeof documentId === 'string' && { documentId }),
    ...(ENDS.has(state) && { ended: true }),
  }
}

const ENDS: ReadonlySet<unknown> = new Set(['done', 'skipped', 'dead'])

function payloadOf(data: string): { document_id?: unknown; state?: unknown } {
  try {
    const payload: unknown = JSON.parse(data)
    return typeof payload === 'object' && payload !== null ? payload : {}
  } catch {
    // An event without a readable payload still says that something changed.
    return {}
  }
}
