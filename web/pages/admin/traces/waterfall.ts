import type { Trace } from '../../../api-types.ts'

/** One line of a waterfall. Times are milliseconds after the trace's start. */
export interface Bar {
  key: string
  /** What the server calls it: an operation, a step, or `turn` for waiting between them. */
  what: { kind: 'operation' | 'step' | 'turn'; name: string }
  /** Name of the file that it concerns, for its steps. */
  file?: string
  startMs: number
  durationMs: number
  calls: number
  failedCalls: number
  state: 'ok' | 'failed' | 'wait'
}

export interface Waterfall {
  startedAt: number
  totalMs: number
  /** By start; what began together as the server told it. */
  bars: Bar[]
  /** When the last of its files became findable; absent without files, or before that. */
  searchableMs?: number
}

/** Shorter pauses between two steps are nobody's waiting. */
const PAUSE_MS = 50

/** Lays out a trace from its first start, be it in the browser, to its last end. */
export function waterfallOf(trace: Trace): Waterfall {
  const begins = [...trace.spans.map((span) => span.started_at), ...trace.files.map(storedAt)]
  const startedAt = begins.length > 0 ? Math.min(...begins) : (trace.errors[0]?.at ?? 0)
  const bars = [
    ...trace.spans.map(
      (span): Bar => ({
        key: span.operation,
        what: { kind: 'operation', name: span.operation },
        startMs: span.started_at - startedAt,
        durationMs: span.duration_ms,
        calls: span.calls,
        failedCalls: span.failed_calls,
        state: span.failed_calls > 0 ? 'failed' : 'ok',
      }),
    ),
    ...trace.files.flatMap((file) => barsOf(file, startedAt)),
  ].sort((a, b) => a.startMs - b.startMs)
  const findable = trace.files.map((file) => file.searchable_at)
  const ends = [
    ...bars.map((bar) => bar.startMs + bar.durationMs),
    ...findable.map((at) => (at ?? startedAt) - startedAt),
  ]
  const isAll = findable.length > 0 && findable.every((at) => at !== null)
  return {
    startedAt,
    totalMs: Math.max(0, ...ends),
    bars,
    ...(isAll && { searchableMs: Math.max(...findable.map((at) => at ?? 0)) - startedAt }),
  }
}

type TracedFile = Trace['files'][number]

const storedAt = (file: TracedFile): number => file.stored_at

/** The steps of a file, and the time between them, in which others had their turn. */
function barsOf(file: TracedFile, startedAt: number): Bar[] {
  const bars: Bar[] = []
  const add = (bar: Pick<Bar, 'what' | 'state'>, from: number, to: number) =>
    bars.push({
      ...bar,
      key: `${file.version_id} ${bar.what.name} ${from}`,
      file: file.name,
      startMs: from - startedAt,
      durationMs: Math.max(0, to - from),
      calls: 1,
      failedCalls: bar.state === 'failed' ? 1 : 0,
    })
  const turn = { what: { kind: 'turn', name: 'turn' }, state: 'wait' } as const
  let doneAt = file.stored_at
  const done = file.steps.flatMap(({ started_at, ...step }) =>
    started_at === null ? [] : [{ ...step, started_at: Math.max(started_at, file.stored_at) }],
  )
  for (const step of done.toSorted((a, b) => a.started_at - b.started_at)) {
    if (step.started_at - doneAt > PAUSE_MS) add(turn, doneAt, step.started_at)
    const endedAt = step.started_at + step.duration_ms
    const state = step.state === 'failed' ? 'failed' : 'ok'
    add({ what: { kind: 'step', name: step.step }, state }, step.started_at, endedAt)
    doneAt = Math.max(doneAt, endedAt)
  }
  const findableAt = file.searchable_at
  if (findableAt !== null) {
    // A preview may be drawn for longer than it takes to make a file findable.
    const ends = done.map(({ started_at, duration_ms }) => started_at + duration_ms)
    const from = Math.max(file.stored_at, ...ends.filter((end) => end <= findableAt))
    if (done.length > 0 || findableAt > from) {
      add({ what: { kind: 'step', name: 'link' }, state: 'ok' }, from, findableAt)
    }
  }
  return bars
}
