import { OpenAPIHono } from '@hono/zod-openapi'
import { bodyLimit } from 'hono/body-limit'
import { AppError, codeOf, type ErrorCode, notFound } from '../core/errors.ts'
import type { Ports } from '../core/ports/index.ts'
import { uploadMode } from '../core/possession/upload-mode.ts'
import { type Ctx, type Env, isUnsafe, operationOf, router, templateOf } from './context.ts'
import { doorOf } from './credential.ts'
import { type Door, type DoorOptions, openDoor } from './door.ts'
import { appErrorOf, problemOf, sendProblem } from './errors.ts'
import { guard } from './middleware/guard.ts'
import { secureHeaders } from './middleware/headers.ts'
import { rates } from './middleware/rates.ts'
import { doneBy, reading, sameOf } from './middleware/reading.ts'
import { trace } from './middleware/trace.ts'
import { access } from './routes/access.ts'
import { alarms } from './routes/alarms.ts'
import { assets } from './routes/assets.ts'
import { books } from './routes/books.ts'
import { box } from './routes/box.ts'
import { compare } from './routes/compare.ts'
import { directory } from './routes/directory.ts'
import { documentText } from './routes/document-text.ts'
import { documents } from './routes/documents.ts'
import { events } from './routes/events.ts'
import { grants } from './routes/grants.ts'
import { jobs } from './routes/jobs.ts'
import { journal } from './routes/journal.ts'
import { models } from './routes/models.ts'
import { near } from './routes/near.ts'
import { oidc } from './routes/oidc.ts'
import { people } from './routes/people.ts'
import { privacy } from './routes/privacy.ts'
import { providers } from './routes/providers.ts'
import { search } from './routes/search.ts'
import { secondStep } from './routes/second-step.ts'
import { seeAs } from './routes/see-as.ts'
import { serviceLevels } from './routes/service-level.ts'
import { session } from './routes/session.ts'
import { sessions } from './routes/sessions.ts'
import { shareOrders } from './routes/share-orders.ts'
import { shares } from './routes/shares.ts'
import { spaces } from './routes/spaces.ts'
import { status } from './routes/status.ts'
import { tokens } from './routes/tokens.ts'
import { traces } from './routes/traces.ts'
import { transcript } from './routes/transcript.ts'
import { unread } from './routes/unread.ts'
import { uploadBatch } from './routes/upload-batch.ts'
import { uploadBytes } from './routes/upload-bytes.ts'
import { uploadCancel } from './routes/upload-cancel.ts'
import { uploadForm } from './routes/upload-form.ts'
import { uploadList } from './routes/upload-list.ts'
import { uploadProof } from './routes/upload-proof.ts'
import { uploads } from './routes/uploads.ts'
import { versions } from './routes/versions.ts'
import { webPages } from './static.ts'

const ROUTERS = [
  session,
  sessions,
  secondStep,
  oidc,
  tokens,
  people,
  directory,
  books,
  grants,
  access,
  seeAs,
  documents,
  documentText,
  transcript,
  versions,
  compare,
  near,
  unread,
  search,
  uploads,
  uploadBytes,
  uploadForm,
  uploadBatch,
  uploadList,
  uploadCancel,
  uploadProof,
  assets,
  jobs,
  events,
  journal,
  traces,
  shareOrders,
  shares,
  providers,
  spaces,
  status,
  alarms,
  serviceLevels,
  privacy,
  models,
  box,
]

const MAX_JSON_BYTES = 1024 * 1024

/** Routes that take the body from the socket as it arrives, however large it is. */
const STREAMED = new Set(['/u/:token', '/knowledge-base/upload', '/api/v1/models/import'])

/** Routes after whose success somebody may see more or less than before. */
const CHANGES_RIGHTS =
  /^\/api\/v1\/(grants|groups|users|directory|books|chapters|tokens|sessions?|password|second-step|see-as)\b/

export interface App extends OpenAPIHono<Env> {
  /** Finds out what takes a moment and is needed later; nobody has to wait for it. */
  warmUp(): Promise<void>
  /** Somebody's rights may have changed past this door: every live stream looks at its own again. */
  rightsChanged(): void
  /** Ends live streams and writes down what is still to be written. */
  shut(): Promise<void>
}

/** Door 1: everything that is answered over HTTP. Needs no socket: `app.request()` asks it too. */
export function createApp(ports: Ports, options: Partial<DoorOptions> = {}): App {
  const door = openDoor(ports, options)
  const app = router()
  app.use(trace(door))
  const sendTo = ports.providers.flatMap(({ direct }) => direct?.origin ?? [])
  app.use(secureHeaders(door.options, sendTo))
  app.use(guard(door))
  app.use(rates(door))
  app.use(reading(door))
  app.use(limitBody)
  app.use(async (c, next) => {
    await next()
    if (c.res.ok && isRightsChange(c)) door.feed.rightsChanged()
  })
  for (const routes of ROUTERS) app.route('/', routes(door))
  const pages = webPages(door.options.webDir)
  app.notFound(async (c) => (await pages(c)) ?? fail(c, door, notFound()))
  app.onError((error, c) => fail(c, door, error))
  return Object.assign(app, {
    shut: () => door.close(),
    rightsChanged: () => door.feed.rightsChanged(),
    async warmUp() {
      if ((await uploadMode(ports)) === 'instant') await door.verifier.warmUp()
    },
  })
}

const isRightsChange = (c: Ctx): boolean =>
  c.req.method !== 'GET' && CHANGES_RIGHTS.test(templateOf(c) ?? '')

const limitJson = bodyLimit({
  maxSize: MAX_JSON_BYTES,
  onError: () => {
    throw new AppError('too_large', `A call may have at most ${MAX_JSON_BYTES} bytes.`)
  },
})

const limitBody: typeof limitJson = (c, next) =>
  STREAMED.has(templateOf(c) ?? '') ? next() : limitJson(c, next)

/** Refusals that say nothing of use: whoever has no credential, or asks too often, asks in floods. */
const UNTOLD: ReadonlySet<ErrorCode> = new Set(['unauthenticated', 'rate_limited'])

/** Answers a failure, and writes it down: here, and nowhere else. */
async function fail(c: Ctx, door: Door, error: unknown): Promise<Response> {
  const problem = problemOf(error, c.get('traceId'))
  const isOurs = problem.status >= 500
  if (isOurs || (isUnsafe(c) && !UNTOLD.has(problem.code))) await record(c, door, { error, isOurs })
  await auditRefusal(c, door, problem)
  return sendProblem(c, problem)
}

/** Who was told that he may not, and who was made to wait before he might guess a password. */
async function auditRefusal(
  c: Ctx,
  { ports, readings }: Door,
  { code, reason }: { code: ErrorCode; reason?: string },
): Promise<void> {
  const operation = operationOf(c)
  const actor = c.get('who')?.actor
  const detail = { operation, code, ...(reason && { reason }) }
  if (code === 'forbidden' && actor) {
    const entry = { ...doneBy(ports, actor), action: 'access.refuse', subject: 'box', detail }
    await readings.add(entry, sameOf(c, `refuse ${operation}`))
  }
  if (code === 'rate_limited' && operation.startsWith('POST /api/v1/session')) {
    const [address, traceId, at] = [c.get('address'), c.get('traceId'), ports.clock.now()]
    const by = { at, traceId, address, door: doorOf(c) }
    const entry = { ...by, action: 'session.refuse', subject: 'session', detail }
    await readings.add(entry, sameOf(c, 'session'))
  }
}

/** Ours goes to the log too, with its stack; a refusal only to the trace of what was refused. */
async function record(
  c: Ctx,
  { ports, mayRecord }: Door,
  { error, isOurs }: { error: unknown; isOurs: boolean },
): Promise<void> {
  const known = appErrorOf(error)
  const [code, traceId, operation] = [codeOf(known), c.get('traceId'), operationOf(c)]
  if (isOurs) {
    ports.log.error('A request failed.', { err: error, code, trace_id: traceId, operation })
  }
  if (!mayRecord()) return
  const { message, stack } = error instanceof Error ? error : { message: String(error) }
  const reason = known instanceof AppError ? known.reason : undefined
  const row = { traceId, operation, code, message, at: ports.clock.now() }
  try {
    await ports.catalog.journal.error({
      ...row,
      ...(reason && { reason }),
      ...(isOurs && stack && { stack }),
    })
  } catch (err) {
    // A catalog that cannot be written may be the failure itself: the answer goes out all the same.
    ports.log.error('A failure could not be written down.', { err, trace_id: traceId })
  }
}
