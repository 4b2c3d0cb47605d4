import type { LiveEvent } from './event.ts'
import { openStream, type Stream } from './stream.ts'

/** What a tab says: who is signed in there, or that it closes. */
export type TabMessage = { open: string } | { close: true }

/**
 * One stream for all tabs. Over HTTP/1.1 a browser opens six connections to a server: with a stream
 * in each tab, the sixth tab could not load anything any more.
 */
const tabs = new Set<MessagePort>()
let stream: Stream | undefined
let streamOf: string | undefined

const tellAll = (event: LiveEvent) => {
  for (const tab of tabs) tab.postMessage(event)
}

function join(tab: MessagePort, userId: string): void {
  tabs.add(tab)
  if (stream && streamOf === userId) return
  // Somebody else signed in: the open stream is still the other's.
  stream?.close()
  stream = openStream(tellAll)
  streamOf = userId
}

function leave(tab: MessagePort): void {
  tabs.delete(tab)
  if (tabs.size > 0) return
  stream?.close()
  stream = undefined
}

self.addEventListener('connect', (event) => {
  const [tab] = (event as MessageEvent).ports
  if (!tab) return
  tab.addEventListener('message', ({ data }: MessageEvent<TabMessage>) => {
    if ('open' in data) join(tab, data.open)
    else leave(tab)
  })
  tab.start()
})
