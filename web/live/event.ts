/** What the server tells as it happens; `resync` means that something may have been missed. */
export interface LiveEvent {
  kind: 'job' | 'document' | 'upload' | 'share' | 'resync'
  /** Document that it concerns, when it concerns one. */
  documentId?: string
}

const KINDS = ['job', 'document', 'upload', 'share'] as const

/** Names of the server's events, to listen for. */
export const EVENT_NAMES: readonly string[] = KINDS

/** Reads one event of the stream. The payload says more; screens ask the API for the truth. */
export function readEvent(name: string, data: string): LiveEvent | undefined {
  const kind = KINDS.find((each) => each === name)
  if (!kind) return undefined
  const documentId = documentOf(data)
  return { kind, ...(documentId !== undefined && { documentId }) }
}

function documentOf(data: string): string | undefined {
  try {
    const payload: unknown = JSON.parse(data)
    if (typeof payload !== 'object' || payload === null || !('document_id' in payload)) return
    return typeof payload.document_id === 'string' ? payload.document_id : undefined
  } catch {
    // An event without a readable payload still says that something changed.
    return undefined
  }
}
