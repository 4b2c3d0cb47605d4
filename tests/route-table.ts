import { newId } from '../core/ids.ts'
import { ACCOUNT_ROUTES } from './route-table-account.ts'
import { MODEL_ROUTES } from './route-table-models.ts'
import { PEOPLE_ROUTES } from './route-table-people.ts'
import { SHARE_ROUTES } from './route-table-shares.ts'
import { SPACE_ROUTES } from './route-table-spaces.ts'
import type { RouteWorld } from './route-world.ts'
import type { Ask } from './server-world.ts'
import { formOf } from './server-world.ts'

/** Who calls. The last four are tokens of `root`, an administrator of the organization. */
export const CALLERS = [
  'anonymous',
  'outsider',
  'viewer',
  'contributor',
  'keeper',
  'root',
  'expired',
  'revoked',
  'reader',
  'limited',
] as const
export type Caller = (typeof CALLERS)[number]

type Outcome = 'ok' | 400 | 401 | 403 | 404

const outcomes = (signedIn: Partial<Record<Caller, Outcome>>): Record<Caller, Outcome> => ({
  anonymous: 401,
  expired: 401,
  revoked: 401,
  outsider: 'ok',
  viewer: 'ok',
  contributor: 'ok',
  keeper: 'ok',
  root: 'ok',
  reader: 'ok',
  limited: 'ok',
  ...signedIn,
})

/** What each right lets each caller do. `reader` and changing methods are the walker's business. */
export const RIGHTS = {
  open: outcomes({ anonymous: 'ok', expired: 'ok', revoked: 'ok' }),
  signedIn: outcomes({}),
  ownAccount: outcomes({ reader: 403, limited: 403 }),
  view: outcomes({ outsider: 404, limited: 404 }),
  contribute: outcomes({ outsider: 404, viewer: 403, limited: 404 }),
  keep: outcomes({ outsider: 404, viewer: 403, contributor: 403, limited: 404 }),
  bookAdmin: outcomes({ outsider: 404, viewer: 403, contributor: 403, keeper: 403, limited: 404 }),
  orgAdmin: outcomes({
    outsider: 403,
    viewer: 403,
    contributor: 403,
    keeper: 403,
    reader: 403,
    limited: 403,
  }),
}

export interface Row {
  right: keyof typeof RIGHTS
  /** Status of success. */
  ok: number
  except?: Partial<Record<Caller, Outcome>>
  /** Makes what the call is about, anew for every call. Without it the path has no parameters. */
  about?: (world: RouteWorld, caller: Caller) => Promise<Record<string, string>>
  send?: (about: Record<string, string>) => Ask
  /** With `{names}` of what it is about, as in the path. */
  query?: string
}

const document = async (world: RouteWorld) => ({ id: await world.document() })
const pictured = async (world: RouteWorld) => ({ id: await world.pictured() })
const trashed = async (world: RouteWorld) => ({ id: await world.trashed() })
const version = async (world: RouteWorld) => ({ id: await world.version() })
const chapter = async (world: RouteWorld) => ({ id: world.chapterId })
const book = async (world: RouteWorld) => ({ id: world.bookId })
const emptyChapter = async (world: RouteWorld) => ({ id: await world.emptyChapter() })
const emptyBook = async (world: RouteWorld) => ({ id: await world.emptyBook() })
const job = async (world: RouteWorld) => ({ id: await world.job() })
const alarm = async (world: RouteWorld) => ({ userId: await world.alarm() })
const named = () => ({ json: { name: newId() } })
const granted = ({ subject = '' }) => ({ json: { user_id: subject, role: 'viewer' } })

const account: Record<string, Row> = {
  ...ACCOUNT_ROUTES,
  'POST /api/v1/session': {
    right: 'open',
    ok: 401,
    send: () => ({ json: { username: newId(), password: 'wrong' } }),
  },
  'GET /api/v1/session': { right: 'signedIn', ok: 200 },
  // A token does not sign out.
  'DELETE /api/v1/session': { right: 'signedIn', ok: 400 },
  // A token does not look as anybody.
  'POST /api/v1/see-as': {
    right: 'orgAdmin',
    ok: 400,
    send: () => ({ json: { user_id: newId() } }),
  },
  'DELETE /api/v1/see-as': { right: 'signedIn', ok: 204 },
  'GET /api/v1/sessions': { right: 'ownAccount', ok: 200 },
  'DELETE /api/v1/sessions/{id}': {
    right: 'ownAccount',
    ok: 204,
    about: async (world, caller) => ({ id: await world.session(caller) }),
  },
  // Without the current password.
  'POST /api/v1/password': {
    right: 'ownAccount',
    ok: 403,
    send: () => ({ json: { current: 'wrong', next: 'long enough' } }),
  },
  'GET /api/v1/tokens': { right: 'ownAccount', ok: 200 },
  'POST /api/v1/tokens': {
    right: 'ownAccount',
    ok: 201,
    send: () => ({ json: { name: 'script', scopes: ['write'] } }),
  },
  'DELETE /api/v1/tokens/{id}': {
    right: 'ownAccount',
    ok: 204,
    about: async (world, caller) => ({ id: await world.token(caller) }),
  },
}

const library: Record<string, Row> = {
  'GET /api/v1/books': { right: 'signedIn', ok: 200 },
  'POST /api/v1/books': { right: 'orgAdmin', ok: 201, send: named },
  'PATCH /api/v1/books/{id}': { right: 'bookAdmin', ok: 204, about: book, send: named },
  'DELETE /api/v1/books/{id}': { right: 'bookAdmin', ok: 204, about: emptyBook, except: HIDDEN() },
  'POST /api/v1/books/{id}/chapters': { right: 'bookAdmin', ok: 201, about: book, send: named },
  'PATCH /api/v1/chapters/{id}': { right: 'keep', ok: 204, about: chapter, send: named },
  'DELETE /api/v1/chapters/{id}': {
    right: 'bookAdmin',
    ok: 204,
    about: emptyChapter,
    except: { keeper: 404 },
  },
  'GET /api/v1/chapters/{id}/folders': { right: 'view', ok: 200, about: chapter },
  'GET /api/v1/books/{id}/grants': { right: 'bookAdmin', ok: 200, about: book },
  'POST /api/v1/books/{id}/grants': {
    right: 'bookAdmin',
    ok: 201,
    about: async (world) => ({ id: world.bookId, subject: await world.stranger() }),
    send: granted,
  },
  'GET /api/v1/books/{id}/access': { right: 'view', ok: 200, about: book },
  'GET /api/v1/chapters/{id}/access': { right: 'view', ok: 200, about: chapter },
  'GET /api/v1/documents/{id}/access': { right: 'view', ok: 200, about: document },
  'GET /api/v1/chapters/{id}/grants': { right: 'keep', ok: 200, about: chapter },
  'POST /api/v1/chapters/{id}/grants': {
    right: 'keep',
    ok: 201,
    about: async (world) => ({ id: world.chapterId, subject: await world.stranger() }),
    send: granted,
  },
  'DELETE /api/v1/grants/{id}': {
    right: 'keep',
    ok: 204,
    about: async (world) => ({ id: await world.chapterGrant() }),
  },
}

/** Nobody but administrators of the organization sees a book without chapters and grants. */
function HIDDEN(): Partial<Record<Caller, Outcome>> {
  return { viewer: 404, contributor: 404, keeper: 404 }
}

const documents: Record<string, Row> = {
  'GET /api/v1/documents': { right: 'signedIn', ok: 200 },
  'GET /api/v1/understanding': {
    right: 'view',
    ok: 200,
    about: chapter,
    query: '?chapter={id}',
  },
  'GET /api/v1/understanding/missing': { right: 'orgAdmin', ok: 200 },
  'POST /api/v1/understanding/repeat': {
    right: 'orgAdmin',
    ok: 200,
    send: () => ({ json: { step: 'ocr', only_missing: true } }),
  },
  'GET /api/v1/documents/{id}': { right: 'view', ok: 200, about: document },
  'PATCH /api/v1/documents/{id}': {
    right: 'contribute',
    ok: 200,
    about: document,
    send: () => ({ json: { name: `${newId()}.txt` } }),
  },
  'DELETE /api/v1/documents/{id}': { right: 'contribute', ok: 204, about: document },
  // What lies in the trash is gone for viewers.
  'DELETE /api/v1/documents/{id}?permanent=true': {
    right: 'keep',
    ok: 204,
    about: trashed,
    query: '?permanent=true',
    except: { viewer: 404 },
  },
  'POST /api/v1/documents/{id}/restore': {
    right: 'contribute',
    ok: 200,
    about: trashed,
    except: { viewer: 404 },
  },
  'POST /api/v1/documents/{id}/retry': { right: 'contribute', ok: 200, about: document },
  'GET /api/v1/documents/{id}/text': { right: 'view', ok: 200, about: document },
  'GET /api/v1/documents/{id}/transcript': { right: 'view', ok: 200, about: document },
  'GET /api/v1/documents/{id}/preview': { right: 'view', ok: 200, about: pictured },
  'GET /api/v1/documents/{id}/versions': { right: 'view', ok: 200, about: document },
  'GET /api/v1/documents/{id}/compare': {
    right: 'view',
    ok: 200,
    about: async (world) => {
      const id = await world.document()
      const [version] = await world.ports.catalog.library.versions('all', id)
      return { id, version: version?.id ?? '' }
    },
    query: '?from={version}&to={version}',
  },
  'GET /api/v1/documents/{id}/near': { right: 'view', ok: 200, about: document },
  'GET /api/v1/versions/{id}': { right: 'view', ok: 200, about: version },
  'GET /api/v1/documents/{id}/content': { right: 'view', ok: 200, about: document },
  'GET /api/v1/versions/{id}/content': { right: 'view', ok: 200, about: version },
  'POST /api/v1/versions/{id}/restore': { right: 'contribute', ok: 200, about: version },
  'GET /api/v1/search': { right: 'signedIn', ok: 200, query: '?q=secretplan' },
}

const uploads: Record<string, Row> = {
  'POST /upload/request': {
    right: 'contribute',
    ok: 200,
    about: chapter,
    send: ({ id }) => ({ json: { doc_name: `${newId()}.txt`, file_size: 3, chapter_id: id } }),
  },
  // The address is the permission; any credential but the one that asked takes it away.
  'PUT /u/{token}': {
    right: 'open',
    ok: 200,
    about: async (world) => ({ token: await world.uploadAddress('root') }),
    send: () => ({ body: 'abc' }),
    except: {
      outsider: 404,
      viewer: 404,
      contributor: 404,
      keeper: 404,
      limited: 404,
      reader: 404,
    },
  },
  'GET /upload/{docId}': {
    right: 'view',
    ok: 200,
    about: async (world, caller) => ({ docId: await world.receivedUpload(caller) }),
    except: { viewer: 404 },
  },
  'POST /upload/complete': {
    right: 'contribute',
    ok: 200,
    about: async (world, caller) => ({ docId: await world.receivedUpload(caller) }),
    send: ({ docId }) => ({ json: { doc_id: docId } }),
    except: { viewer: 404 },
  },
  // Refused or not, each file has its answer: the call itself is everybody's.
  'POST /api/v1/uploads/batch': {
    right: 'signedIn',
    ok: 200,
    about: chapter,
    send: ({ id }) => ({
      json: { files: [{ doc_name: `${newId()}.txt`, file_size: 3, chapter_id: id }] },
    }),
  },
  // Nothing is instant in this world: a proof leaves the upload as it is.
  'POST /upload/prove': {
    right: 'contribute',
    ok: 200,
    about: async (world, caller) => ({ docId: await world.receivedUpload(caller) }),
    send: ({ docId }) => ({
      json: { doc_id: docId, cid: '0'.repeat(32), proof: '0'.repeat(64) },
    }),
    except: { viewer: 404 },
  },
  'GET /api/v1/uploads': { right: 'signedIn', ok: 200 },
  // Of the caller's own, where the caller may upload at all.
  'POST /api/v1/uploads/{id}/dismiss': {
    right: 'contribute',
    ok: 204,
    about: async (world, caller) => ({ id: await world.endedUpload(caller) }),
    except: { viewer: 404 },
  },
  'DELETE /api/v1/uploads/{id}': {
    right: 'contribute',
    ok: 204,
    about: async (world, caller) => ({ id: await world.receivedUpload(caller) }),
    except: { viewer: 404 },
  },
  'POST /knowledge-base/upload': {
    right: 'contribute',
    ok: 201,
    about: chapter,
    send: ({ id = '' }) =>
      formOf([
        ['chapter_id', id],
        ['file', 'abc', `${newId()}.txt`],
      ]),
  },
  'POST /api/v1/assets/check-by-hash': {
    right: 'signedIn',
    ok: 200,
    send: () => ({ json: { sha256: '0'.repeat(64) } }),
  },
}

const jobsAndJournal: Record<string, Row> = {
  'GET /api/v1/jobs': { right: 'signedIn', ok: 200 },
  'GET /api/v1/jobs/stats': { right: 'signedIn', ok: 200 },
  'GET /api/v1/jobs/{id}': { right: 'view', ok: 200, about: job },
  'POST /api/v1/jobs/{id}/retry': { right: 'contribute', ok: 200, about: job },
  'POST /api/v1/jobs/retry-dead': { right: 'signedIn', ok: 200 },
  'GET /api/v1/events': { right: 'signedIn', ok: 200 },
  'GET /api/v1/traces/{id}': {
    right: 'signedIn',
    ok: 200,
    about: async (world, caller) => ({ id: await world.trace(caller) }),
  },
  'GET /api/v1/traces': { right: 'orgAdmin', ok: 200 },
  'POST /api/v1/traces/spans': {
    right: 'signedIn',
    ok: 204,
    about: async (world, caller) => ({ id: await world.trace(caller) }),
    send: ({ id }) => ({
      json: { trace_id: id, spans: [{ work: 'hash', ago_ms: 20, duration_ms: 10 }] },
    }),
  },
  'GET /api/v1/audit': { right: 'orgAdmin', ok: 200 },
  'GET /api/v1/audit/chain': { right: 'orgAdmin', ok: 200 },
  'POST /api/v1/audit/verify': { right: 'orgAdmin', ok: 200 },
  'GET /api/v1/audit/export': { right: 'orgAdmin', ok: 200 },
}

const box: Record<string, Row> = {
  ...MODEL_ROUTES,
  ...SHARE_ROUTES,
  ...SPACE_ROUTES,
  'GET /api/v1/usage': { right: 'orgAdmin', ok: 200 },
  'GET /api/v1/status': { right: 'orgAdmin', ok: 200 },
  'GET /api/v1/alarms': { right: 'orgAdmin', ok: 200 },
  'GET /api/v1/admin/service-level': { right: 'orgAdmin', ok: 200 },
  'DELETE /api/v1/alarms/{userId}': { right: 'orgAdmin', ok: 204, about: alarm },
  'GET /api/v1/admin/privacy': { right: 'orgAdmin', ok: 200 },
  'PATCH /api/v1/admin/privacy': {
    right: 'orgAdmin',
    ok: 200,
    send: () => ({ json: { mode: 'strict' } }),
  },
  'PUT /api/v1/admin/privacy/books/{id}': {
    right: 'orgAdmin',
    ok: 204,
    about: emptyBook,
    send: () => ({ json: { private: true } }),
  },
  'GET /healthz': { right: 'open', ok: 200 },
  'GET /api/v1/providers': { right: 'orgAdmin', ok: 200 },
  'POST /api/v1/providers/retry': { right: 'orgAdmin', ok: 200, send: () => ({ json: {} }) },
  'GET /readyz': { right: 'open', ok: 200 },
  'GET /metrics': { right: 'orgAdmin', ok: 200 },
  'GET /api/v1/openapi.json': { right: 'open', ok: 200 },
  'GET /api/v1/docs': { right: 'open', ok: 200 },
}

/** Who may do what over HTTP, as data. A route without a row fails the test. */
export const ROUTE_TABLE: Record<string, Row> = {
  ...account,
  ...PEOPLE_ROUTES,
  ...library,
  ...documents,
  ...uploads,
  ...jobsAndJournal,
  ...box,
}
