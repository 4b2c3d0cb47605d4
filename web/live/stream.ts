import { EVENT_NAMES, type LiveEvent, readEvent } from './event.ts'

const ADDRESS = '/api/v1/events'
const FIRST_RETRY_MS = 2_000
const MAX_RETRY_MS = 60_000

/** The server's event stream, kept open. */
export interface Stream {
  close(): void
}

/**
 * Opens the stream and keeps it open. The browser itself resumes a broken connection after the last
 * event id. After an answer that is no stream (a restart, a session that ended) it gives up; then we
 * open a new one, later and later, and tell listeners to look at everything once.
 */
export function openStream(tell: (event: LiveEvent) => void): Stream {
  let source: EventSource | undefined
  let timer: ReturnType<typeof setTimeout> | undefined
  let waitMs = FIRST_RETRY_MS
  let isFirst = true

  const connect = () => {
    const opened = new EventSource(ADDRESS)
    source = opened
    opened.addEventListener('open', () => {
      waitMs = FIRST_RETRY_MS
      if (!isFirst) tell({ kind: 'resync' })
      isFirst = false
    })
    opened.addEventListener('error', () => {
      if (opened.readyState !== EventSource.CLOSED) return
      isFirst = false
      // The session may be over: what is on the screen is asked for again, and leads to sign-in.
      if (waitMs === FIRST_RETRY_MS) tell({ kind: 'resync' })
      timer = setTimeout(connect, waitMs)
      waitMs = Math.min(waitMs * 2, MAX_RETRY_MS)
    })
    for (const name of EVENT_NAMES) {
      opened.addEventListener(name, (message: MessageEvent<string>) => {
        const event = readEvent(name, message.data)
        if (event) tell(event)
      })
    }
  }
  connect()
  return {
    close() {
      clearTimeout(timer)
      source?.close()
    },
  }
}
