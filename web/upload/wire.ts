import type { OnConflict } from './item.ts'

/** A failed call: the server's problem document, or `network` when nothing came back. */
export class UploadError extends Error {
  readonly status: number
  readonly code: string
  readonly reason?: string
  readonly traceId?: string
  /** Delay the server asks for, in milliseconds. */
  readonly retryAfterMs?: number

  constructor(
    message: string,
    facts: {
      status: number
      code: string
      reason?: string
      traceId?: string
      retryAfterMs?: number
    },
    options?: ErrorOptions,
  ) {
    super(message, options)
    this.name = 'UploadError'
    this.status = facts.status
    this.code = facts.code
    if (facts.reason !== undefined) this.reason = facts.reason
    if (facts.traceId !== undefined) this.traceId = facts.traceId
    if (facts.retryAfterMs !== undefined) this.retryAfterMs = facts.retryAfterMs
  }
}

export interface UploadOrder {
  name: string
  digest?: string
  sizeBytes: number
  chapterId?: string
  folder: string
  onConflict: OnConflict
  idempotencyKey: string
}

/** The server's answer to an order. */
export interface UploadTicket {
  docId: string
  /** Where the bytes go; absent when they are all there. */
  url?: string
  /** Bytes of each part but the last; absent for a file that goes whole. */
  partBytes?: number
  traceId?: string
}

/** A part of a file on its way. */
export interface PartTransfer extends Transfer {
  /** From 1. */
  number: number
  /** CRC-32C in hex. */
  checksum: string
}

export interface UploadReceipt {
  documentId?: string
  traceId?: string
}

/** The calls of one upload. */
export interface Wire {
  request(order: UploadOrder, signal: AbortSignal): Promise<UploadTicket>
  /** Numbers of the parts that have arrived. */
  receivedParts(docId: string, signal: AbortSignal): Promise<number[]>
  put(ticket: UploadTicket, body: Transfer): Promise<void>
  putPart(ticket: UploadTicket, part: PartTransfer): Promise<void>
  complete(docId: string, signal: AbortSignal): Promise<UploadReceipt>
}

export interface Transfer {
  file: Blob
  headers?: Record<string, string>
  onSent(bytes: number): void
  signal: AbortSignal
}

/** Sends a body with progress. `fetch` has none for requests, so the browser's is XMLHttpRequest. */
export type SendBody = (url: string, transfer: Transfer) => Promise<RawAnswer>

export interface RawAnswer {
  status: number
  text: string
  retryAfter: string | null
}

/** The wire over HTTP. `origin` is '' in the browser: nothing ever leaves the own one. */
export function httpWire({ origin, sendBody }: { origin: string; sendBody: SendBody }): Wire {
  const post = (path: string, body: unknown, signal: AbortSignal): Promise<Fields> =>
    call(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal,
    })
  async function call(path: string, request: RequestInit): Promise<Fields> {
    const answer = await fetch(origin + path, request).catch(rethrowAsNetwork)
    const text = await answer.text().catch(rethrowAsNetwork)
    return read({ status: answer.status, text, retryAfter: answer.headers.get('retry-after') })
  }
  async function put(ticket: UploadTicket, query: string, transfer: Transfer): Promise<void> {
    if (!ticket.url) throw new UploadError('', { status: 0, code: 'internal' })
    const url = ticket.url.startsWith('/') ? origin + ticket.url : ticket.url
    read(await sendBody(url + query, transfer))
  }
  return {
    async request(order, signal) {
      const fields = await post('/upload/request', toWire(order), signal)
      const url = textOf(fields, 's3_presigned_url')
      return {
        docId: textOf(fields, 'doc_id') ?? '',
        ...(url !== undefined && { url }),
        ...(typeof fields.part_size === 'number' && { partBytes: fields.part_size }),
        ...traceOf(fields),
      }
    },
    async receivedParts(docId, signal) {
      const { received_parts: parts } = await call(`/upload/${docId}`, { signal })
      return Array.isArray(parts) ? parts.filter((each) => typeof each === 'number') : []
    },
    put: (ticket, transfer) => put(ticket, '', transfer),
    putPart: (ticket, { number, checksum, ...transfer }) =>
      put(ticket, `?part=${number}`, { ...transfer, headers: { 'x-part-crc32c': checksum } }),
    async complete(docId, signal) {
      const fields = await post('/upload/complete', { doc_id: docId }, signal)
      const documentId = textOf(fields, 'document_id')
      return { ...(documentId !== undefined && { documentId }), ...traceOf(fields) }
    },
  }
}

const toWire = (order: UploadOrder) => ({
  doc_name: order.name,
  ...(order.digest !== undefined && { doc_hash_256: order.digest }),
  file_size: order.sizeBytes,
  ...(order.chapterId !== undefined && { chapter_id: order.chapterId }),
  folder: order.folder,
  on_conflict: order.onConflict,
  idempotency_key: order.idempotencyKey,
})

type Fields = Record<string, unknown>

function read(answer: RawAnswer): Fields {
  const fields = parse(answer.text)
  if (answer.status >= 200 && answer.status < 300) return fields
  const reason = textOf(fields, 'reason')
  const retryAfterMs = delayOf(fields, answer.retryAfter)
  throw new UploadError(textOf(fields, 'message') ?? '', {
    status: answer.status,
    code: textOf(fields, 'code') ?? codeOfStatus(answer.status),
    ...(reason !== undefined && { reason }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...traceOf(fields),
  })
}

/** A proxy in front answers without our problem document. */
function codeOfStatus(status: number): string {
  if (status === 401) return 'unauthenticated'
  if (status === 413) return 'too_large'
  if (status === 429) return 'rate_limited'
  return status === 502 || status === 503 || status === 504 ? 'unavailable' : 'internal'
}

function parse(text: string): Fields {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Fields) : {}
  } catch {
    // A proxy's HTML page; its status says enough.
    return {}
  }
}

function delayOf(fields: Fields, header: string | null): number | undefined {
  const ms = fields.retry_after_ms
  if (typeof ms === 'number') return ms
  const seconds = header === null ? Number.NaN : Number(header)
  return Number.isFinite(seconds) ? seconds * 1000 : undefined
}

const textOf = (fields: Fields, name: string): string | undefined => {
  const value = fields[name]
  return typeof value === 'string' ? value : undefined
}

const traceOf = (fields: Fields) => {
  const traceId = textOf(fields, 'trace_id')
  return traceId === undefined ? {} : { traceId }
}

/** `fetch` rejects with a TypeError when nothing came back; an abort stays an abort. */
export function rethrowAsNetwork(cause: unknown): never {
  if (cause instanceof DOMException && cause.name === 'AbortError') throw cause
  throw new UploadError('', { status: 0, code: 'network' }, { cause })
}
