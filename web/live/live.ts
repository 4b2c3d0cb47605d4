import type { LiveEvent } from './event.ts'
import type { TabMessage } from './shared-worker.ts'
import { openStream } from './stream.ts'

/**
 * Tells `listener` what changes on the server, until the returned function is called.
 *
 * @param userId whose events; another account gets another stream
 */
export function listen(userId: string, listener: (event: LiveEvent) => void): () => void {
  // Chrome on Android has no SharedWorker; few tabs are open there.
  if (typeof SharedWorker === 'undefined') {
    const stream = openStream(listener)
    return () => stream.close()
  }
  const worker = new SharedWorker(new URL('./shared-worker.ts', import.meta.url), {
    type: 'module',
    name: 'onefold-live',
  })
  const { port } = worker
  const send = (message: TabMessage) => port.postMessage(message)
  const leave = () => send({ close: true })
  // A page that comes back from the browser's cache of pages joins again, and may have missed much.
  const comeBack = (event: PageTransitionEvent) => {
    if (!event.persisted) return
    send({ open: userId })
    listener({ kind: 'resync' })
  }
  port.addEventListener('message', ({ data }: MessageEvent<LiveEvent>) => listener(data))
  port.start()
  send({ open: userId })
  addEventListener('pagehide', leave)
  addEventListener('pageshow', comeBack)
  return () => {
    removeEventListener('pagehide', leave)
    removeEventListener('pageshow', comeBack)
    leave()
    port.close()
  }
}
