import { workerHasher } from './hasher.ts'
import { browserMemory } from './memory.ts'
import { UploadQueue } from './queue.ts'
import { sendBody } from './send-body.ts'
import { httpWire } from './wire.ts'

let current: { userId: string; queue: UploadQueue } | undefined

/** The queue of this page, for this account. It stays when the reader goes to another screen. */
export function queueOf(userId: string): UploadQueue {
  if (current?.userId === userId) return current.queue
  void current?.queue.close()
  const queue = new UploadQueue({
    wire: httpWire({ origin: '', sendBody }),
    hasher: workerHasher(),
    memory: browserMemory(userId),
    onForgetful: (error) => console.warn('Uploads are not remembered in this browser.', error),
  })
  current = { userId, queue }
  void queue.restore()
  return queue
}

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
