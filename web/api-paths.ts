import type * as t from './api-types.ts'

type Json<Body> = { content: { 'application/json': Body } }
type Op<Answer, Parameters> = { parameters: Parameters; responses: { 200: Json<Answer> } }
type Sends<Body> = { requestBody: Json<Body> }
type Get<Answer, Parameters = object> = { get: Op<Answer, Parameters> }
type Delete<Parameters = object> = { delete: Op<undefined, Parameters> }
type Post<Answer, Body = undefined, Parameters = object> = {
  post: Op<Answer, Parameters> & (Body extends undefined ? object : Sends<Body>)
}
type Patch<Answer, Body, Parameters> = { patch: Op<Answer, Parameters> & Sends<Body> }
type Put<Parameters> = { put: Op<undefined, Parameters> }

type Id = { path: { id: string } }
type Paged = { limit?: number; cursor?: string }
type Named = { name: string }
type GrantInput = { user_id?: string; group_id?: string; role: t.Role }

/** Every call of the web page, until the schema is generated from the server's own document. */
export interface paths {
  '/api/v1/session': Get<t.Session> &
    Post<{ user: t.SessionUser }, { username: string; password: string }> &
    Delete
  '/api/v1/sessions': Get<t.Page<t.SessionRow>>
  '/api/v1/sessions/{id}': Delete<Id>
  '/api/v1/password': Post<undefined, { current: string; next: string }>
  '/api/v1/tokens': Get<t.Page<t.Token>> &
    Post<
      t.Token & { token: string },
      { name: string; scopes: t.Scope[]; book_ids?: string[]; expires_at?: number }
    >
  '/api/v1/tokens/{id}': Delete<Id>

  '/api/v1/users': Get<t.Page<t.UserRow>, { query?: Paged & { q?: string } }> &
    Post<
      t.UserRow,
      { username: string; password: string; display_name: string; org_role?: t.OrgRole }
    >
  '/api/v1/users/{id}': Patch<
    t.UserRow,
    { display_name?: string; org_role?: t.OrgRole; disabled?: boolean; password?: string },
    Id
  >
  '/api/v1/groups': Get<t.Page<t.Group>> & Post<t.Group, Named>
  '/api/v1/groups/{id}': Delete<Id>
  '/api/v1/groups/{id}/members': Get<t.Page<t.SessionUser>, Id>
  '/api/v1/groups/{id}/members/{userId}': Put<{ path: { id: string; userId: string } }> &
    Delete<{ path: { id: string; userId: string } }>
  '/api/v1/subjects': Get<t.Page<t.Subject>, { query?: { q?: string } }>

  '/api/v1/books': Get<t.Page<t.Book>> & Post<t.Book, Named>
  '/api/v1/books/{id}': Patch<t.Book, Named, Id> & Delete<Id>
  '/api/v1/books/{id}/chapters': Post<t.ChapterRow, Named, Id>
  '/api/v1/books/{id}/grants': Get<t.Page<t.Grant>, Id> & Post<t.Grant, GrantInput, Id>
  '/api/v1/chapters/{id}': Patch<t.ChapterRow, Named, Id> & Delete<Id>
  '/api/v1/chapters/{id}/grants': Get<t.Page<t.Grant>, Id> & Post<t.Grant, GrantInput, Id>
  '/api/v1/chapters/{id}/folders': Get<t.Page<t.Folder>, Id & { query?: { folder?: string } }>
  '/api/v1/grants/{id}': Delete<Id>

  '/api/v1/documents': Get<t.Page<t.DocumentRow>, { query?: t.DocumentQuery }>
  '/api/v1/documents/{id}': Get<t.DocumentFull, Id> &
    Patch<t.DocumentRow, { name?: string; folder?: string; chapter_id?: string }, Id> &
    Delete<Id & { query?: { permanent?: boolean } }>
  '/api/v1/documents/{id}/restore': Post<t.DocumentRow, undefined, Id>
  '/api/v1/documents/{id}/retry': Post<{ retried: number }, undefined, Id>
  '/api/v1/documents/{id}/versions': Get<t.Page<t.Version>, Id>
  '/api/v1/documents/{id}/text': Get<
    t.TextPage,
    Id & { query?: { version?: string; cursor?: string } }
  >
  '/api/v1/versions/{id}/restore': Post<t.Version, undefined, Id>
  '/api/v1/search': Get<t.SearchPage, { query: t.SearchQuery }>

  '/api/v1/jobs': Get<t.Page<t.JobRow>, { query?: Paged & { state?: string } }>
  '/api/v1/jobs/{id}': Get<t.JobRow, Id>
  '/api/v1/jobs/{id}/retry': Post<{ retried: number }, undefined, Id>
  '/api/v1/jobs/retry-dead': Post<{ retried: number }>
  '/api/v1/jobs/stats': Get<t.JobStats>
  '/api/v1/traces/{id}': Get<t.Trace, Id>

  '/api/v1/shares': Get<t.Page<t.Share>> & Post<t.Share, t.ShareInput>
  '/api/v1/shares/{id}': Patch<t.Share, Partial<t.ShareInput>, Id> & Delete<Id>
  '/api/v1/shares/{id}/entries': Get<
    t.Page<t.ShareEntry>,
    Id & { query?: Paged & { state?: string } }
  >
  '/api/v1/usage': Get<t.Usage>
  '/api/v1/audit': Get<t.Page<t.AuditRow>, { query?: Paged }>
  '/api/v1/status': Get<t.Status>
}
