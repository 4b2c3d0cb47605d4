import { type SSEStreamingApi, streamSSE } from 'hono/streaming'
import { type Access, resolveAccess } from '../../core/access/access.ts'
import { authenticate, type Credential, type Origin } from '../../core/account/authenticate.ts'
import { codeOf } from '../../core/errors.ts'
import type { Ports } from '../../core/ports/index.ts'
import { router } from '../context.ts'
import { eventsRoute } from '../contract/journal.ts'
import { credentialOf } from '../credential.ts'
import type { Door } from '../door.ts'
import type { Listener } from '../event-feed.ts'

const PING_MS = 15_000
/** Rights are looked at again this often even when nothing says that they changed. */
const RIGHTS_MS = 10_000
const BATCH = 200

/** Live events, by the rights of the moment. */
export const events = ({ ports, options, feed }: Door) =>
  router().openapi(eventsRoute, async (c) => {
    const credential = credentialOf(c, options)
    const origin = { traceId: c.get('traceId'), address: c.get('address'), isListening: true }
    const sent = Number(c.req.header('last-event-id') || Number.NaN)
    const after = Number.isSafeInteger(sent) ? sent : await ports.catalog.journal.lastEventId()
    const rights = () => rightsOf(ports, credential, origin)
    c.header('Cache-Control', 'no-store')
    c.header('X-Accel-Buffering', 'no')
    // Nobody would ever read the stream, nor close it.
    if (c.req.method === 'HEAD') return c.body(null, 200)
    return streamSSE(c, async (stream) => {
      const listener = feed.listen()
      stream.onAbort(() => listener.leave())
      try {
        await stream.writeSSE({
          event: 'hello',
          id: String(after),
          data: JSON.stringify({ after }),
        })
        await tell(ports, stream, { listener, after, rights })
      } finally {
        listener.leave()
      }
    })
  })

interface Telling {
  listener: Listener
  /** Id of the last event that the reader knows. */
  after: number
  /** What the reader may see now; undefined when the credential has ended. */
  rights(): Promise<Access | undefined>
}

/** Ends when the reader leaves, the server stops, or the credential is no longer good. */
async function tell(
  ports: Pick<Ports, 'catalog' | 'clock'>,
  stream: SSEStreamingApi,
  { listener, after, rights }: Telling,
): Promise<void> {
  const { clock, catalog } = ports
  let last = after
  let access = await rights()
  let known = access && rightsText(access)
  let checkedAt = clock.monotonic()
  let spokenAt = checkedAt
  while (access && !stream.aborted && !stream.closed) {
    const rows = await catalog.journal.events(access.visible, access.actor.userId, last, BATCH)
    for (const { id, kind, at, payload } of rows) {
      await stream.writeSSE({
        event: kind,
        id: String(id),
        data: JSON.stringify({ at, ...payload }),
      })
      last = id
    }
    if (rows.length > 0) spokenAt = clock.monotonic()
    if (rows.length === BATCH) continue
    const due = Math.min(checkedAt + RIGHTS_MS, spokenAt + PING_MS)
    const wake = await listener.next(Math.max(0, due - clock.monotonic()))
    if (wake === 'closed') return
    if (clock.monotonic() - spokenAt >= PING_MS) {
      await stream.write(': ping\n\n')
      spokenAt = clock.monotonic()
    }
    if (wake === 'rights' || clock.monotonic() - checkedAt >= RIGHTS_MS) {
      access = await rights()
      checkedAt = clock.monotonic()
      const now = access && rightsText(access)
      if (now !== undefined && now !== known) {
        await stream.writeSSE({ event: 'rights', data: '{}' })
        spokenAt = checkedAt
      }
      known = now
    }
  }
}

/** What somebody may do, as one text: another one is another right, gained or lost. */
const rightsText = ({ actor, books, chapters, roleOn, roleIn }: Access): string =>
  JSON.stringify([
    actor.orgRole,
    books.map(({ id }) => [id, roleOn(id)]),
    chapters.map(({ id }) => [id, roleIn(id)]),
  ])

async function rightsOf(
  ports: Pick<Ports, 'catalog' | 'clock' | 'directory'>,
  credential: Credential | undefined,
  origin: Origin,
): Promise<Access | undefined> {
  if (!credential) return undefined
  try {
    const { actor } = await authenticate(ports, credential, origin)
    // Live events tell what is private, too: who looks as somebody else gets none.
    return actor.seenBy ? undefined : await resolveAccess(ports, actor)
  } catch (cause) {
    if (codeOf(cause) === 'unauthenticated') return undefined
    throw cause
  }
}
