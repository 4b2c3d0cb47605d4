import type { ROUTE_TABLE } from './route-table.ts'

/** Why a route leaves no entry. */
const LISTS = 'names and states that the caller may see, no content'
const OWN = 'the own account and what it left lying'
const SAME = 'nothing changes in this call; what changes has its entry'
const ENDS = 'an upload has its entry when it ends: document.store, upload.cancel, upload.expire'
const BROWSER = 'a token cannot do it; second_step.on, codes and off are tested with a session'
const SEEING = 'a token cannot do it; see_as.start, read and end are tested with a session'
const NO_DIRECTORY =
  'there is none to ask; with one: directory.test, directory.sync, directory.agree'
const TOLD = 'what the box says of itself'

/** Not an action: why there is none. */
const none = (why: string) => ({ why })

type Leaves = string | { why: string }

const account = {
  'POST /api/v1/session': 'session.refuse',
  'GET /api/v1/session': none(OWN),
  'DELETE /api/v1/session': none('a token does not sign out; session.end is tested with a session'),
  'POST /api/v1/session/code': none(
    'of a ticket that nobody has; session.refuse is tested with one',
  ),
  'GET /api/v1/sessions': none(OWN),
  'GET /api/v1/sign-in': none(TOLD),
  'GET /api/v1/session/oidc': 'session.refuse',
  'GET /api/v1/session/oidc/callback': 'session.refuse',
  'DELETE /api/v1/sessions': 'session.end_others',
  'GET /api/v1/second-step': none(OWN),
  'POST /api/v1/second-step': none(BROWSER),
  'POST /api/v1/second-step/on': none(BROWSER),
  'POST /api/v1/second-step/recovery-codes': none(BROWSER),
  'POST /api/v1/second-step/off': none(BROWSER),
  'GET /api/v1/users/{id}/sessions': none(LISTS),
  'DELETE /api/v1/users/{id}/sessions': 'session.end_all',
  'DELETE /api/v1/users/{id}/second-step': none('there is none to take away; tested with one'),
  'DELETE /api/v1/sessions/{id}': 'session.end',
  'POST /api/v1/password': 'access.refuse',
  'GET /api/v1/tokens': none(OWN),
  'POST /api/v1/tokens': 'token.create',
  'DELETE /api/v1/tokens/{id}': 'token.revoke',
  'GET /api/v1/users': none(LISTS),
  'POST /api/v1/users': 'user.create',
  'PATCH /api/v1/users/{id}': 'user.update',
  'GET /api/v1/groups': none(LISTS),
  'POST /api/v1/groups': 'group.create',
  'DELETE /api/v1/groups/{id}': 'group.remove',
  'GET /api/v1/groups/{id}/members': none(LISTS),
  'PUT /api/v1/groups/{id}/members/{userId}': 'group.add',
  'DELETE /api/v1/groups/{id}/members/{userId}': none(SAME),
  'GET /api/v1/subjects': none(LISTS),
  'GET /api/v1/users/{id}/access': none(LISTS),
  'POST /api/v1/see-as': none(SEEING),
  'DELETE /api/v1/see-as': none(SEEING),
}

/** The box of the table has no directory: with one, see tests/flows/directory.test.ts. */
const directory = {
  'GET /api/v1/directory': none(TOLD),
  'POST /api/v1/directory/test': none(NO_DIRECTORY),
  'POST /api/v1/directory/sync': none(NO_DIRECTORY),
  'GET /api/v1/directory/groups': none(LISTS),
  'PUT /api/v1/directory/groups/{id}': none(NO_DIRECTORY),
  'POST /api/v1/users/{id}/lock-out': 'user.lock_out',
}

const library = {
  'GET /api/v1/books': none(LISTS),
  'POST /api/v1/books': 'book.create',
  'PATCH /api/v1/books/{id}': 'book.rename',
  'DELETE /api/v1/books/{id}': 'book.remove',
  'POST /api/v1/books/{id}/chapters': 'chapter.create',
  'PATCH /api/v1/chapters/{id}': 'chapter.rename',
  'DELETE /api/v1/chapters/{id}': 'chapter.remove',
  'GET /api/v1/chapters/{id}/folders': none(LISTS),
  'GET /api/v1/books/{id}/grants': none(LISTS),
  'POST /api/v1/books/{id}/grants': 'grant.put',
  'GET /api/v1/chapters/{id}/grants': none(LISTS),
  'POST /api/v1/chapters/{id}/grants': 'grant.put',
  'DELETE /api/v1/grants/{id}': 'grant.remove',
  'GET /api/v1/books/{id}/access': none(LISTS),
  'GET /api/v1/chapters/{id}/access': none(LISTS),
  'GET /api/v1/documents/{id}/access': none(LISTS),
  'GET /api/v1/documents': none(LISTS),
  'GET /api/v1/understanding': none(LISTS),
  'GET /api/v1/understanding/missing': none(LISTS),
  'POST /api/v1/understanding/repeat': 'understanding.repeat',
  'GET /api/v1/documents/{id}': 'document.open',
  'PATCH /api/v1/documents/{id}': 'document.move',
  'DELETE /api/v1/documents/{id}': 'document.trash',
  'DELETE /api/v1/documents/{id}?permanent=true': 'document.purge',
  'POST /api/v1/documents/{id}/restore': 'document.restore',
  'POST /api/v1/documents/{id}/retry': 'document.retry',
  'GET /api/v1/documents/{id}/text': 'document.open',
  'GET /api/v1/documents/{id}/transcript': 'document.open',
  'GET /api/v1/documents/{id}/preview': 'document.preview',
  'GET /api/v1/documents/{id}/versions': 'document.open',
  'GET /api/v1/documents/{id}/compare': 'document.open',
  'GET /api/v1/documents/{id}/near': 'document.open',
  'GET /api/v1/versions/{id}': 'document.open',
  'GET /api/v1/documents/{id}/content': 'document.read',
  'GET /api/v1/versions/{id}/content': 'document.read',
  'POST /api/v1/versions/{id}/restore': none(SAME),
  'GET /api/v1/search': 'search.run',
}

const uploads = {
  'POST /upload/request': none(ENDS),
  'PUT /u/{token}': none(ENDS),
  'GET /upload/{docId}': none(OWN),
  'POST /upload/complete': 'document.store',
  'POST /api/v1/uploads/batch': none(ENDS),
  'POST /upload/prove': none(ENDS),
  'GET /api/v1/uploads': none(OWN),
  'POST /api/v1/uploads/{id}/dismiss': none(OWN),
  'DELETE /api/v1/uploads/{id}': 'upload.cancel',
  'POST /knowledge-base/upload': 'document.store',
  'POST /api/v1/assets/check-by-hash': none(LISTS),
}

const work = {
  'GET /api/v1/jobs': none(LISTS),
  'GET /api/v1/jobs/stats': none(LISTS),
  'GET /api/v1/jobs/{id}': none(LISTS),
  'POST /api/v1/jobs/{id}/retry': 'job.retry',
  'POST /api/v1/jobs/retry-dead': 'job.retry_dead',
  'GET /api/v1/events': none(LISTS),
  'GET /api/v1/traces/{id}': none(TOLD),
  'GET /api/v1/traces': none(TOLD),
  'POST /api/v1/traces/spans': none(TOLD),
  'GET /api/v1/audit': 'audit.read',
  'GET /api/v1/audit/chain': none(TOLD),
  'POST /api/v1/audit/verify': 'audit.verify',
  'GET /api/v1/audit/export': 'audit.export',
}

const box = {
  'GET /api/v1/models': none(TOLD),
  'POST /api/v1/models/import': 'model.ask',
  'POST /api/v1/models/verify': 'model.ask',
  'POST /api/v1/models/measure': 'model.ask',
  'POST /api/v1/models/remove': 'model.ask',
  'POST /api/v1/models/work/{id}/confirm': 'model.confirm',
  'DELETE /api/v1/models/work/{id}': 'model.cancel',
  'GET /api/v1/shares': none(LISTS),
  'POST /api/v1/shares': 'share.put',
  'PATCH /api/v1/shares/{id}': 'share.put',
  'DELETE /api/v1/shares/{id}': 'share.remove',
  'GET /api/v1/shares/{id}': none(LISTS),
  'POST /api/v1/shares/{id}/scan': 'share.scan',
  'POST /api/v1/shares/{id}/release': 'share.release',
  'POST /api/v1/shares/{id}/dry-run': 'share.dry_run',
  'GET /api/v1/shares/{id}/dry-run': none(LISTS),
  'POST /api/v1/shares/probe': 'share.probe',
  'POST /api/v1/shares/preview': 'share.probe',
  'GET /api/v1/shares/{id}/entries': none(LISTS),
  'GET /api/v1/spaces': none(TOLD),
  'POST /api/v1/spaces': 'space.build',
  'POST /api/v1/spaces/{id}/switch': 'space.switch',
  'POST /api/v1/spaces/{id}/retry': 'space.retry',
  'DELETE /api/v1/spaces/{id}': 'space.drop',
  'GET /api/v1/usage': none(TOLD),
  'GET /api/v1/status': none(TOLD),
  'GET /api/v1/alarms': none(TOLD),
  'GET /api/v1/admin/service-level': none(TOLD),
  'DELETE /api/v1/alarms/{userId}': 'prober.clear',
  'GET /api/v1/admin/privacy': none(TOLD),
  'PATCH /api/v1/admin/privacy': 'setting.change',
  'PUT /api/v1/admin/privacy/books/{id}': 'book.private',
  'GET /healthz': none(TOLD),
  'GET /api/v1/providers': none(TOLD),
  'POST /api/v1/providers/retry': 'provider.retry',
  'GET /readyz': none(TOLD),
  'GET /metrics': none(TOLD),
  'GET /api/v1/openapi.json': none(TOLD),
  'GET /api/v1/docs': none(TOLD),
}

/**
 * What every route leaves in the audit when an administrator calls it as the table of rights says, or
 * why it leaves nothing. A route without a row fails the test.
 */
export const AUDIT_TABLE: { [key in keyof typeof ROUTE_TABLE]: Leaves } = {
  ...account,
  ...directory,
  ...library,
  ...uploads,
  ...work,
  ...box,
}
