import { answer, api } from '../api.ts'
import { workerHasher } from './hasher.ts'
import { browserMemory } from './memory.ts'
import { UploadQueue } from './queue.ts'
import type { Owner } from './records.ts'
import { sendBody } from './send-body.ts'
import { type BrowserSpans, tracedMoves } from './traced-moves.ts'
import { httpWire } from './wire.ts'

/** What a browser did is told this long after a file was stored, for several files at once. */
const TRACED_AFTER_MS = 3_000

/** A trace lacks a line then, and nobody can do anything about it. */
const sendSpans = (body: BrowserSpans) =>
  answer(api.POST('/api/v1/traces/spans', { body })).catch((error: unknown) =>
    console.warn('A trace lacks what this browser did.', error),
  )

let current: { owner: Owner; queue: UploadQueue } | undefined

/** The queue of this page, for this account. It stays when the reader goes to another screen. */
export function queueOf(owner: Owner): UploadQueue {
  const { server, userId } = current?.owner ?? {}
  if (current && server === owner.server && userId === owner.userId) return current.queue
  const before = current?.queue.close()
  const queue = new UploadQueue({
    wire: httpWire({ origin: '', sendBody }),
    hasher: workerHasher(),
    memory: browserMemory(owner),
    onForgetful: (error) => console.warn('Uploads are not remembered in this browser.', error),
    onMove: tracedMoves({ send: sendSpans, now: Date.now, waitMs: TRACED_AFTER_MS }),
  })
  current = { owner, queue }
  // What the last account's queue had still to write is written, and then forgotten as another's.
  void queue.restore(before)
  return queue
}

/** Tells the other tabs of this browser. */
const tabs = new BroadcastChannel('onefold-uploads')
const SIGNED_OUT = 'signed out'

/** Stops uploads in every tab and leaves nothing of them in this browser: somebody signed out. */
export async function forgetUploads(): Promise<void> {
  tabs.postMessage(SIGNED_OUT)
  await current?.queue.clear()
}

tabs.addEventListener('message', (event: MessageEvent<unknown>) => {
  if (event.data === SIGNED_OUT) void current?.queue.clear()
})

/** Closing the tab would lose what is under way: the browser asks first. */
addEventListener('beforeunload', (event) => {
  if (current?.queue.busy) event.preventDefault()
})

/** A tab in the background may be ended without another word. */
addEventListener('pagehide', () => current?.queue.flush())
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'hidden') current?.queue.flush()
})

/** A file that misses its drop zone would replace the whole application in this tab. */
addEventListener('dragover', (event) => event.preventDefault())
addEventListener('drop', (event) => event.preventDefault())
