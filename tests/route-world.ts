import { join } from 'node:path'
import { newSecret, secretHash } from '../core/account/secret.ts'
import { newId, newTraceId } from '../core/ids.ts'
import { settleArrivals } from '../core/ingest/settle.ts'
import { storeDerived } from '../core/ingest/store-derived.ts'
import type { Step } from '../core/model/job.ts'
import type { Share, StepResult } from '../core/ports/index.ts'
import { CALLERS, type Caller } from './route-table.ts'
import { formOf, type ServerWorld, serverWorld } from './server-world.ts'
import { temporaryFolder } from './temporary-folder.ts'

const CONTENT = 'the secretplan of the bridge'
const HOUR = 3_600_000

/** A box with one caller of every kind, and hands that make what a call is about. */
export async function routeWorld() {
  const world = await serverWorld()
  const { catalog, clock } = world.ports
  const { id: bookId, chapters } = await world.shelf('Secretplans', 'Secretplan')
  const chapterId = chapters[0] ?? ''
  const callers = await callersOf(world, { bookId, chapterId })
  const { root } = callers
  const call = async (method: string, path: string, json?: unknown) => {
    const answer = await world.ask(method, path, { token: root.token, ...(json ? { json } : {}) })
    return (answer.status === 204 ? {} : await answer.json()) as Record<string, string>
  }
  const store = async () => {
    const form = formOf([
      ['chapter_id', chapterId],
      ['file', CONTENT, `${newId()} secretplan.txt`],
    ])
    const answer = await world.ask('POST', '/knowledge-base/upload', { token: root.token, ...form })
    return (await answer.json()) as { document_id: string; version_id: string; job_id: string }
  }
  /** Of the caller, where the caller may upload at all; else of root. */
  const receivedUpload = async (caller: Caller) => {
    const may = caller === 'contributor' || caller === 'keeper'
    const { token } = may ? callers[caller] : root
    const json = { doc_name: `${newId()} secretplan.txt`, file_size: 3, chapter_id: chapterId }
    const asked = await world.ask('POST', '/upload/request', { token, json })
    const { doc_id, s3_presigned_url } = (await asked.json()) as Record<string, string>
    await world.ask('PUT', s3_presigned_url ?? '', { body: 'abc' })
    return doc_id ?? ''
  }
  const first = await store()
  await understand(world)

  return {
    ...world,
    bookId,
    chapterId,
    people: callers,
    sharesDir: await temporaryFolder(),
    document: async () => (await store()).document_id,
    /** The one whose content was read; what comes later with that content waits for a replay. */
    pictured: async () => first.document_id,
    version: async () => (await store()).version_id,
    job: async () => (await store()).job_id,
    trashed: async () => {
      const { document_id } = await store()
      await call('DELETE', `/api/v1/documents/${document_id}`)
      return document_id
    },
    emptyChapter: async () =>
      (await call('POST', `/api/v1/books/${bookId}/chapters`, { name: newId() })).id ?? '',
    emptyBook: async () => (await world.shelf(newId())).id,
    alarm: async () => {
      const { id, token } = await world.person(`p${newId()}`)
      await world.grant(id, 'contributor', { bookId })
      const json = { doc_name: `${newId()}.txt`, file_size: 3, chapter_id: chapterId }
      const asked = await world.ask('POST', '/upload/request', { token, json })
      const { doc_id } = (await asked.json()) as { doc_id: string }
      await catalog.uploads.move(doc_id, 'UPLOAD_FAILED', {}, clock.now())
      const by = { traceId: newTraceId(), now: clock.now() }
      await catalog.probers.raise(0, { since: 0, userId: id }, by)
      return id
    },
    group: async () => (await call('POST', '/api/v1/groups', { name: newId() })).id ?? '',
    stranger: async () => (await world.person(`s${newId()}`)).id,
    chapterGrant: async () => {
      const { id } = await world.person(`g${newId()}`)
      return (await world.grant(id, 'viewer', { bookId, chapterId })).id
    },
    share: async () => {
      const path = join(await temporaryFolder(), 'secretplan')
      const rest = { ownerId: root.id, exclude: [], settleMs: 1, enabled: true, createdAt: 0 }
      const made: Share = {
        id: newId(),
        name: 'secretplan',
        path,
        chapterId,
        mode: 'mirror',
        mapping: 'folders',
        include: [],
        ...rest,
      }
      return (await catalog.shares.put(made)).id
    },
    session: async (caller: Caller) => {
      const id = newId()
      const times = { createdAt: clock.now(), expiresAt: clock.now() + HOUR, idleMs: HOUR }
      const idHash = secretHash(newSecret())
      const userId = callers[caller].id
      await catalog.people.createSession({
        id,
        idHash,
        userId,
        userAgent: '',
        address: '',
        ...times,
      })
      return id
    },
    token: async (caller: Caller) => {
      const name = await nameOf(world, callers[caller].id)
      return (await world.person(name, caller === 'root' ? 'admin' : 'member')).tokenId
    },
    trace: async (caller: Caller) => {
      const traceId = newTraceId()
      const span = { operation: 'POST /x', status: '200', startedAt: 1, durationMs: 1 }
      await catalog.journal.traces([{ traceId, userId: callers[caller].id, ...span }])
      return traceId
    },
    uploadAddress: (caller: Caller) => uploadAddress(world, callers[caller].token, chapterId),
    receivedUpload,
    endedUpload: async (caller: Caller) => {
      const id = await receivedUpload(caller)
      await catalog.uploads.move(id, 'UPLOAD_FAILED', {}, clock.now())
      return id
    },
  }
}

export type RouteWorld = Awaited<ReturnType<typeof routeWorld>>

async function uploadAddress(world: ServerWorld, token: string, chapterId: string) {
  const json = { doc_name: `${newId()}.txt`, file_size: 3, chapter_id: chapterId }
  const asked = (await (await world.ask('POST', '/upload/request', { token, json })).json()) as {
    s3_presigned_url: string
  }
  return asked.s3_presigned_url.replace('/u/', '')
}

const nameOf = async ({ ports }: ServerWorld, id: string) =>
  (await ports.catalog.people.user(id))?.username ?? ''

async function callersOf(
  world: ServerWorld,
  { bookId, chapterId }: { bookId: string; chapterId: string },
) {
  const { ports, person, grant, shelf } = world
  const [viewer, contributor, keeper] = [
    await person('viewer'),
    await person('contributor'),
    await person('keeper'),
  ]
  await grant(viewer.id, 'viewer', { bookId })
  await grant(contributor.id, 'contributor', { bookId })
  await grant(keeper.id, 'admin', { bookId, chapterId })
  const other = await shelf('Elsewhere', 'Else')
  const root = await person('root', 'admin')
  const expired = await person('root', 'admin', { expiresAt: ports.clock.now() + 1 })
  ports.clock.advance(2)
  const revoked = await person('root', 'admin')
  await ports.catalog.people.revokeToken(revoked.id, revoked.tokenId)
  return {
    anonymous: { id: root.id, token: '', tokenId: '' },
    outsider: await person('outsider'),
    viewer,
    contributor,
    keeper,
    root,
    expired,
    revoked,
    reader: await person('root', 'admin', { scopes: ['read'] }),
    limited: await person('root', 'admin', { bookIds: [other.id] }),
  } satisfies Record<(typeof CALLERS)[number], { id: string; token: string; tokenId: string }>
}

/** Does the steps of the one content that lies in the box, so that it has a text and a picture. */
async function understand({ ports }: ServerWorld): Promise<void> {
  const { catalog, clock } = ports
  const next = (step: Step) => ({ step, stepVersion: 1, priority: 1 })
  const finish = async (step: Step, result: Partial<StepResult>) => {
    const job = await catalog.jobs.take('w', [step], HOUR, clock.now())
    if (!job) throw new Error(`there is no ${step} to be done`)
    await catalog.jobs.finish(
      job.id,
      'w',
      { state: 'done', facts: {}, next: [], ...result },
      clock.now(),
    )
  }
  await settleArrivals(ports)
  await finish('probe', { next: [next('preview')] })
  const blobId = await storeDerived(ports, picture())
  await finish('preview', { blobId })
}

async function* picture() {
  yield Buffer.from('a picture')
}
