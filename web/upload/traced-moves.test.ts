import { expect, it, vi } from 'vitest'
import { newItem, type UploadItem, type UploadState } from './item.ts'
import { INBOX } from './testing/queue-world.ts'
import { type BrowserSpans, tracedMoves } from './traced-moves.ts'

const item = (): UploadItem =>
  newItem(
    { file: new File(['x'], 'plan.txt'), folder: '' },
    { destination: INBOX, onConflict: 'ask', batch: 'b', now: 0 },
  )

function watched() {
  const sent: BrowserSpans[] = []
  let clock = 0
  const moved = tracedMoves({ send: (body) => sent.push(body), now: () => clock, waitMs: 1 })
  const go = (it: UploadItem, state: UploadState, at: number) => {
    clock = at
    it.state = state
    moved(it)
  }
  return { sent, go }
}

it('tells of a stored file how long it waited, was read and was sent', async () => {
  const { sent, go } = watched()
  const plan = item()
  go(plan, 'waiting', 1_000)
  go(plan, 'fingerprinting', 1_500)
  go(plan, 'paused', 2_500)
  go(plan, 'uploading', 9_000)
  plan.traceId = 't'
  go(plan, 'storing', 9_400)
  expect(sent).toEqual([])
  go(plan, 'stored', 9_500)
  await vi.waitFor(() => expect(sent).toHaveLength(1))
  expect(sent[0]).toEqual({
    trace_id: 't',
    spans: [
      { work: 'wait', ago_ms: 8_500, duration_ms: 500 },
      { work: 'hash', ago_ms: 8_000, duration_ms: 1_000 },
      { work: 'send', ago_ms: 500, duration_ms: 400 },
      { work: 'store', ago_ms: 100, duration_ms: 100 },
    ],
  })
})

it('tells files of one trace together, and nothing of one that failed', async () => {
  const { sent, go } = watched()
  const [first, second, third] = [item(), item(), item()]
  for (const each of [first, second, third]) {
    each.traceId = 't'
    go(each, 'uploading', 100)
  }
  go(first, 'stored', 300)
  go(second, 'stored', 700)
  go(third, 'failed', 5_000)
  await vi.waitFor(() => expect(sent).toHaveLength(1))
  expect(sent[0]?.spans).toEqual([{ work: 'send', ago_ms: 4_900, duration_ms: 600 }])
})
