import { PASSWORD } from './box.ts'
import { type Content, sha256 } from './contents.ts'

/** How a file is sent: as a form, by an address in three calls, in two, or as the page does. */
export const WAYS = ['form', 'steps', 'complete'] as const
export type Way = (typeof WAYS)[number]

/** What is stored where, and in whose name. */
export interface Api {
  /** Stores a content; resolves with its document's id when that is acknowledged. */
  upload(name: string, content: Content, way: Way): Promise<string>
  read(documentId: string): Promise<Uint8Array>
  /** Puts a document into the trash, and from there away for good. */
  remove(documentId: string): Promise<void>
  /** Any call. @throws Refusal when the answer is no success */
  ask(method: string, path: string, given?: Given): Promise<Response>
  json<T>(method: string, path: string, body?: unknown): Promise<T>
}

interface Given {
  body?: BodyInit
  headers?: Record<string, string>
}

/** An answer that says no. Whatever else fails, nobody answered. */
export class Refusal extends Error {
  readonly status: number
  constructor(what: string, status: number, text: string) {
    super(`${what}: ${status} ${text.slice(0, 300)}`)
    this.status = status
  }
}

interface Asked {
  doc_id: string
  status: string
  s3_presigned_url: string | null
  part_size: number | null
  parts: number | null
}

/** @param chapterId where its uploads go; the first chapter when there is none */
export function apiOf(url: string, token: string, chapterId?: string): Api {
  const ask: Api['ask'] = async (method, path, { body, headers } = {}) => {
    const answer = await fetch(new URL(path, url), {
      method,
      headers: { authorization: `Bearer ${token}`, ...headers },
      ...(body !== undefined && { body }),
    })
    if (answer.ok) return answer
    throw new Refusal(
      `${method} ${path.replace(/\/u\/.*/, '/u/…')}`,
      answer.status,
      await answer.text(),
    )
  }
  const json = async <T>(method: string, path: string, body?: unknown): Promise<T> => {
    const given =
      body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }
    return (await (await ask(method, path, given)).json()) as T
  }
  const api: Api = {
    ask,
    json,
    async read(documentId) {
      return (await ask('GET', `/api/v1/documents/${documentId}/content`)).bytes()
    },
    async remove(documentId) {
      await drained(ask('DELETE', `/api/v1/documents/${documentId}`))
      await drained(ask('DELETE', `/api/v1/documents/${documentId}?permanent=true`))
    },
    upload: (name, content, way) =>
      way === 'form'
        ? sendForm(api, { name, content, chapterId })
        : sendByAddress(api, { name, content, way, chapterId }),
  }
  return api
}

interface Sending {
  name: string
  content: Content
  chapterId: string | undefined
}

async function sendForm(api: Api, { name, content, chapterId }: Sending): Promise<string> {
  const form = new FormData()
  if (chapterId !== undefined) form.append('chapter_id', chapterId)
  form.append('file', new Blob([content.bytes]), name)
  const answer = await api.ask('POST', '/knowledge-base/upload', { body: form })
  return ((await answer.json()) as { doc_id: string }).doc_id
}

async function sendByAddress(
  api: Api,
  { name, content, chapterId, way }: Sending & { way: Way },
): Promise<string> {
  const asked = await api.json<Asked>('POST', '/upload/request', {
    doc_name: name,
    file_size: content.bytes.length,
    doc_hash_256: content.digest,
    ...(chapterId !== undefined && { chapter_id: chapterId }),
  })
  const { doc_id, s3_presigned_url: address, part_size, parts } = asked
  if (address === null) return doc_id
  if (parts === null && way === 'complete') {
    await drained(api.ask('PUT', `${address}?complete=1`, { body: content.bytes }))
    return doc_id
  }
  for (let part = 1; part <= (parts ?? 0); part++) {
    const body = content.bytes.slice((part - 1) * (part_size ?? 0), part * (part_size ?? 0))
    const headers = { 'x-part-sha256': sha256(body) }
    await drained(api.ask('PUT', `${address}?part=${part}`, { body, headers }))
  }
  if (parts === null) await drained(api.ask('PUT', address, { body: content.bytes }))
  await api.json('POST', '/upload/complete', { doc_id })
  return doc_id
}

async function drained(answer: Promise<Response>): Promise<void> {
  await (await answer).bytes()
}

/** Somebody new, with a book of his own: what others store is not his to see. */
export async function newPerson(url: string, admin: Api, username: string): Promise<Api> {
  const wish = { username, password: PASSWORD, display_name: username }
  const { id: user_id } = await admin.json<{ id: string }>('POST', '/api/v1/users', wish)
  const book = await admin.json<{ id: string }>('POST', '/api/v1/books', { name: `of ${username}` })
  const chapter = await admin.json<{ id: string }>('POST', `/api/v1/books/${book.id}/chapters`, {
    name: 'Files',
  })
  await admin.json('POST', `/api/v1/books/${book.id}/grants`, { user_id, role: 'admin' })
  return apiOf(url, await newToken(url, username), chapter.id)
}

/** A token of an account, by the password that all have here. */
export async function newToken(url: string, username: string): Promise<string> {
  const headers = { 'content-type': 'application/json', origin: url }
  const session = await fetch(new URL('/api/v1/session', url), {
    method: 'POST',
    headers,
    body: JSON.stringify({ username, password: PASSWORD }),
  })
  const cookie = session.headers.getSetCookie()[0]?.split(';')[0] ?? ''
  const made = await fetch(new URL('/api/v1/tokens', url), {
    method: 'POST',
    headers: { ...headers, cookie },
    body: JSON.stringify({ name: 'reliability', scopes: ['read', 'write', 'admin'] }),
  })
  if (!made.ok) throw new Refusal('POST /api/v1/tokens', made.status, await made.text())
  return ((await made.json()) as { token: string }).token
}
