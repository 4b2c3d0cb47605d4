import type { UploadItem, UploadState } from './item.ts'

const WORK = {
  waiting: 'wait',
  fingerprinting: 'hash',
  uploading: 'send',
  storing: 'store',
} as const
type Work = (typeof WORK)[keyof typeof WORK]

/** What a browser did for the uploads of one trace, as the API takes it. */
export interface BrowserSpans {
  trace_id: string
  spans: { work: Work; ago_ms: number; duration_ms: number }[]
}

interface Tools {
  send(body: BrowserSpans): unknown
  now(): number
  /** How long more files of the same trace are waited for, in milliseconds. */
  waitMs: number
}

type Times = Map<Work, { startedAt: number; endedAt: number }>

/**
 * Notes how long files wait, are read and are sent, and adds it to their traces once they are stored:
 * a trace then begins with the click. Many files in one request have one trace, and are told as one.
 *
 * @returns what is to be told of every file that comes to another state
 */
export function tracedMoves({ send, now, waitMs }: Tools): (item: UploadItem) => void {
  const under = new WeakMap<UploadItem, { state: UploadState; since: number; times: Times }>()
  const untold = new Map<string, Times>()

  const tell = (traceId: string) => {
    const times = untold.get(traceId)
    untold.delete(traceId)
    if (!times || times.size === 0) return
    const at = now()
    const spans = [...times].map(([work, { startedAt, endedAt }]) => ({
      work,
      ago_ms: Math.max(0, at - startedAt),
      duration_ms: Math.max(0, endedAt - startedAt),
    }))
    send({ trace_id: traceId, spans })
  }

  return (item) => {
    const before = under.get(item)
    const at = now()
    const times: Times = before?.times ?? new Map()
    if (before) add(times, workOf(before.state), { startedAt: before.since, endedAt: at })
    if (item.state === 'stored' || item.state === 'failed') under.delete(item)
    else under.set(item, { state: item.state, since: at, times })
    if (item.state !== 'stored' || item.traceId === undefined) return
    const { traceId } = item
    const together: Times = untold.get(traceId) ?? new Map()
    if (!untold.has(traceId)) setTimeout(() => tell(traceId), waitMs)
    untold.set(traceId, together)
    for (const [work, time] of times) add(together, work, time)
  }
}

const workOf = (state: UploadState): Work | undefined =>
  state in WORK ? WORK[state as keyof typeof WORK] : undefined

/** From the first beginning to the last end. */
function add(
  times: Times,
  work: Work | undefined,
  { startedAt, endedAt }: { startedAt: number; endedAt: number },
): void {
  if (!work || endedAt <= startedAt) return
  const known = times.get(work)
  times.set(work, {
    startedAt: Math.min(known?.startedAt ?? startedAt, startedAt),
    endedAt: Math.max(known?.endedAt ?? endedAt, endedAt),
  })
}
