import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { builtinEmbedder } from '../adapters/builtin/embedder.ts'
import { childExtractor } from '../adapters/child/extractor.ts'
import { diskAnchors } from '../adapters/disk/anchors.ts'
import { diskBlobStore } from '../adapters/disk/blob-store.ts'
import { memoryBlobStore } from '../adapters/memory/blob-store.ts'
import { memoryKv } from '../adapters/memory/kv.ts'
import { memoryVectorIndex } from '../adapters/memory/vector-index.ts'
import { diskModelShelf } from '../adapters/models/shelf.ts'
import { sqlCatalog } from '../adapters/sql/catalog.ts'
import { systemShareMeter } from '../adapters/system/share-meter.ts'
import { firstStart } from '../core/account/first-start.ts'
import { createToken, type TokenWish } from '../core/account/tokens.ts'
import { makeUser } from '../core/account/users.ts'
import { forgetfulRing } from '../core/audit/ring.ts'
import { newId, newTraceId } from '../core/ids.ts'
import type { Look } from '../core/ingest/look.ts'
import type { Actor, OrgRole, Role } from '../core/model/actor.ts'
import type { Directory, IdentityProvider, Kv, Log, Provider } from '../core/ports/index.ts'
import { createApp } from '../server/app.ts'
import type { DoorOptions } from '../server/door.ts'
import { manualClock } from './manual-clock.ts'
import { migratedCatalog } from './migrated-catalog.ts'
import { noModels } from './no-models.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { testKeys } from './test-keys.ts'

export const ADMIN_PASSWORD = 'a password for tests'

/** What a call carries beside its method and path. */
export interface Ask {
  token?: string
  cookie?: string
  json?: unknown
  body?: string | Uint8Array<ArrayBuffer>
  headers?: Record<string, string>
}

/** The server's app on a real catalog, after its first start. No socket. */
export async function serverWorld(
  options: Partial<DoorOptions> = {},
  blobs: 'memory' | 'disk' | 'full' = 'memory',
  given: {
    kv?: Kv
    providers?: readonly Provider[]
    look?: Look
    directory?: Directory
    identityProvider?: IdentityProvider
  } = {},
) {
  const root = await temporaryFolder()
  const clock = manualClock()
  const ring = forgetfulRing(clock.now)
  const catalog = sqlCatalog(await migratedCatalog(root), testKeys, undefined, { ring })
  const logged: { message: string; fields: Record<string, unknown> }[] = []
  const ports = {
    catalog,
    clock,
    blobs:
      blobs === 'memory'
        ? memoryBlobStore(given.look)
        : await diskBlobStore(root, blobs === 'full' ? 2 ** 60 : 0, given),
    index: memoryVectorIndex(),
    embedder: builtinEmbedder(),
    extractor: childExtractor({
      command: ['/bin/false'],
      limits: { memoryBytes: 2 ** 30, cpuSeconds: 1, wallMs: 1000 },
    }),
    log: recordingLog(logged),
    keys: testKeys,
    kv: given.kv ?? memoryKv(clock),
    providers: given.providers ?? [],
    ...(given.directory && { directory: given.directory }),
    ...(given.identityProvider && { identityProvider: given.identityProvider }),
    shareMeter: systemShareMeter(root),
    ...noModels,
    models: diskModelShelf(join(root, 'models'), () => 0),
  }
  await firstStart(ports, { adminPassword: ADMIN_PASSWORD })
  const trail = { ring, anchors: diskAnchors(root) }
  const app = createApp(ports, { dataDir: root, webDir: join(root, 'web'), trail, ...options })
  onTestFinished(async () => {
    await app.shut()
    await catalog.close()
  })

  const ask = (method: string, path: string, given: Ask = {}): Promise<Response> => {
    const headers = new Headers(given.headers)
    if (given.token) headers.set('authorization', `Bearer ${given.token}`)
    if (given.cookie) headers.set('cookie', given.cookie)
    if (given.json !== undefined) headers.set('content-type', 'application/json')
    const body = given.json === undefined ? given.body : JSON.stringify(given.json)
    return Promise.resolve(
      app.request(`http://box${path}`, { method, headers, ...(body !== undefined && { body }) }),
    )
  }

  const actor = (userId: string, orgRole: OrgRole = 'member'): Actor => ({
    userId,
    username: userId,
    displayName: userId,
    orgRole,
    scopes: ['read', 'write', 'admin'],
    traceId: newTraceId(),
  })

  return {
    root,
    actor,
    ports,
    app,
    ask,
    logged,
    trail,

    /** An account without a password that works, and a token of it. */
    async person(username: string, orgRole: OrgRole = 'member', wish: Partial<TokenWish> = {}) {
      const known = await catalog.people.userByName(username)
      const user = { id: newId(), username, displayName: username, orgRole, createdAt: clock.now() }
      const { id } = known ?? (await catalog.people.createUser(user))
      const scopes = ['read', 'write', 'admin'] as const
      const endless = { name: 'test', scopes, expiresAt: null }
      const made = await createToken(ports, actor(id, orgRole), { ...endless, ...wish })
      return { id, token: made.token, tokenId: made.row.id }
    },

    account: (username: string, password: string) => makeUser(ports, { username, password }),

    /** Signs in and returns the cookie. */
    async signIn(username = 'admin', password = ADMIN_PASSWORD): Promise<string> {
      const answer = await ask('POST', '/api/v1/session', { json: { username, password } })
      return (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
    },

    async shelf(bookName: string, ...chapterNames: string[]) {
      const book = await catalog.library.createBook({ id: newId(), name: bookName, createdAt: 0 })
      const chapters: string[] = []
      for (const name of chapterNames) {
        const chapter = { id: newId(), bookId: book.id, name, createdAt: 0 }
        chapters.push((await catalog.library.createChapter(chapter)).id)
      }
      return { id: book.id, chapters }
    },

    async grant(userId: string, role: Role, place: { bookId: string; chapterId?: string }) {
      return catalog.library.putGrant({ id: newId(), userId, role, createdAt: 0, ...place })
    },
  }
}

export type ServerWorld = Awaited<ReturnType<typeof serverWorld>>

function recordingLog(logged: { message: string; fields: Record<string, unknown> }[]): Log {
  const write = (message: string, fields: Record<string, unknown> = {}) => {
    logged.push({ message, fields })
  }
  return { info: write, warn: write, error: write, child: () => recordingLog(logged) }
}

export type FormField = [name: string, value: string, filename?: string]

/** A form with the fields in the order given. */
export function formOf(parts: FormField[]): Ask {
  const lines = parts.flatMap(([name, value, filename]) => [
    '--form',
    `Content-Disposition: form-data; name="${name}"${filename ? `; filename="${filename}"` : ''}`,
    '',
    value,
  ])
  return {
    body: [...lines, '--form--', ''].join('\r\n'),
    headers: { 'content-type': 'multipart/form-data; boundary=form' },
  }
}
